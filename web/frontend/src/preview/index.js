// A paper shown in the page: pages, zoom, keys. What a page looks like is the business of pdf.js and picture.js.
import { openPicture } from './picture.js'

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]
const FITTING = ZOOMS.indexOf(1)

/**
 * @typedef {{ pages: number, draw: (page: number, zoom: number) => Promise<void>, close: () => void }} Shown
 * A paper that is open; `draw` fits a page to the sheet's width at zoom 1.
 */

/**
 * Show a paper in the dialog until it is closed.
 * @param {HTMLDialogElement} dialog
 * @param {{ url: string, name: string, type: string }} paper
 */
export async function showPaper(dialog, paper) {
  const find = (/** @type {string} */ mark) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-${mark}]`))
  const sheet = find('sheet')
  const leaving = new AbortController()
  dialog.addEventListener('close', () => leaving.abort(), { once: true })
  sheet.replaceChildren()
  find('broken').hidden = true
  find('wait').hidden = false
  find('name').textContent = paper.name
  for (const link of dialog.querySelectorAll('a')) Object.assign(link, { href: paper.url, download: paper.name })
  try {
    const shown = await openPaper(paper, sheet)
    if (leaving.signal.aborted) return shown.close()
    leaving.signal.addEventListener('abort', () => { shown.close(); sheet.replaceChildren() })
    await leafThrough(dialog, find, sheet, shown, leaving.signal)
  } catch {
    if (!leaving.signal.aborted) find('broken').hidden = false
  } finally {
    find('wait').hidden = true
  }
}

/**
 * @param {{ url: string, name: string, type: string }} paper
 * @param {HTMLElement} sheet
 * @returns {Promise<Shown>}
 */
async function openPaper(paper, sheet) {
  if (paper.type !== 'application/pdf') return openPicture(paper, sheet)
  const { openPdf } = await import('./pdf.js')
  return openPdf(paper, sheet)
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {(mark: string) => HTMLElement} find
 * @param {HTMLElement} sheet
 * @param {Shown} shown
 * @param {AbortSignal} signal
 */
async function leafThrough(dialog, find, sheet, shown, signal) {
  let [page, zoom] = [1, FITTING]
  const draw = async () => {
    find('pages').textContent = `${page} / ${shown.pages}`
    find('scale').textContent = `${Math.round(ZOOMS[zoom] * 100)} %`
    for (const button of dialog.querySelectorAll('[data-turn]')) button.toggleAttribute('disabled', shown.pages < 2)
    await shown.draw(page, ZOOMS[zoom])
  }
  /** @type {Record<string, () => void>} */
  const acts = {
    next: () => { page = Math.min(page + 1, shown.pages) },
    previous: () => { page = Math.max(page - 1, 1) },
    first: () => { page = 1 },
    last: () => { page = shown.pages },
    larger: () => { zoom = Math.min(zoom + 1, ZOOMS.length - 1) },
    smaller: () => { zoom = Math.max(zoom - 1, 0) },
    fit: () => { zoom = FITTING },
  }
  const act = async (/** @type {string} */ name) => {
    const turns = page
    acts[name]()
    if (turns !== page) sheet.scrollTop = 0
    await draw()
  }
  dialog.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-act]') : null
    if (button instanceof HTMLElement) act(button.dataset.act ?? '')
  }, { signal })
  dialog.addEventListener('keydown', (event) => {
    const name = actOf(event)
    if (!name) return
    event.preventDefault()
    act(name)
  }, { signal })
  addEventListener('resize', () => draw(), { signal })
  await draw()
}

/** @returns {string} what a key does here; empty for nothing, so that arrows go on moving the sheet */
function actOf(/** @type {KeyboardEvent} */ event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return ''
  const named = /** @type {Record<string, string>} */ ({
    PageDown: 'next', PageUp: 'previous', Home: 'first', End: 'last', '+': 'larger', '=': 'larger', '-': 'smaller', 0: 'fit',
  })
  return named[event.key] ?? ''
}
