// A click on a paper that can be shown opens it in the page; what draws it is fetched then. With a key held it opens as links do.
import { openDialog } from './dialogs.js'

export function startPreviews() {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-preview]') : null
    const dialog = document.querySelector('#preview')
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0
    if (!(link instanceof HTMLAnchorElement) || !(dialog instanceof HTMLDialogElement) || opensElsewhere) return
    event.preventDefault()
    open(dialog, link)
  })
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLAnchorElement} link
 */
async function open(dialog, link) {
  openDialog(dialog)
  const { showPaper } = await import('../preview/index.js')
  if (dialog.open) await showPaper(dialog, { url: link.href, name: link.dataset.name ?? '', type: link.dataset.preview ?? '' })
}
