// <dialog> and its buttons: data-dialog="id" opens, data-close closes, a click beside it closes.

export function startDialogs() {
  document.addEventListener('click', (event) => {
    const target = event.target
    if (!(target instanceof Element)) return
    const opener = target.closest('[data-dialog]')
    if (opener instanceof HTMLElement) openDialog(document.getElementById(opener.dataset.dialog ?? ''))
    if (target.closest('[data-close]')) target.closest('dialog')?.close()
    if (target.closest('[data-reload]')) location.reload()
    if (target instanceof HTMLDialogElement && clickIsOutside(target, event)) target.close()
  })
  document.addEventListener('close', (event) => switchFields(event.target, false), true)
}

/** Open modally; fields that belong to this dialog alone take part in their form only now. */
export function openDialog(/** @type {Element|null} */ dialog) {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return
  switchFields(dialog, true)
  dialog.showModal()
  const first = dialog.querySelector('textarea, input:not([type=hidden])')
  if (first instanceof HTMLElement) first.focus()
}

/** @param {string|null} text what the server said; without it the dialog keeps its own sentence */
export function tellFailure(text) {
  const dialog = document.querySelector('#failed')
  if (!(dialog instanceof HTMLDialogElement)) return
  const said = dialog.querySelector('[data-said]')
  const unreachable = dialog.querySelector('[data-unreachable]')
  if (said instanceof HTMLElement) {
    said.textContent = text
    said.hidden = !text
  }
  if (unreachable instanceof HTMLElement) unreachable.hidden = Boolean(text)
  openDialog(dialog)
}

/**
 * @param {EventTarget|null} dialog
 * @param {boolean} areActive
 */
function switchFields(dialog, areActive) {
  if (!(dialog instanceof HTMLDialogElement)) return
  for (const group of dialog.querySelectorAll('fieldset')) group.disabled = !areActive
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function clickIsOutside(dialog, event) {
  const box = dialog.getBoundingClientRect()
  const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
  return !isInside && event.detail > 0
}
