// htmx under a strict content security policy, and what happens when an answer is not the one hoped for.
import htmx from 'htmx.org'
import { tellFailure } from './dialogs.js'

export function startRequests() {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    attributesToSettle: [], // copying a style attribute is an inline style to the policy
    includeIndicatorStyles: false, // an inline style sheet, which the policy refuses
    historyCacheSize: 0, // going back asks the server: no case data stays in the browser's storage
    refreshOnHistoryMiss: true,
    responseHandling: [
      { code: '204', swap: false },
      { code: '[23]..', swap: true },
      { code: '409|422', swap: true }, // refused with a reason: the pane shows it, values kept
      { code: '...', swap: false, error: true },
    ],
  })
  on('htmx:beforeSwap', leaveWhenTargetIsMissing)
  on('htmx:responseError', ({ detail }) => tellFailure(failureText(detail.xhr.responseText)))
  on('htmx:sendError', () => tellFailure(null))
  on('htmx:timeout', () => tellFailure(null))
  on('htmx:afterSettle', focusNewPane)
  on('htmx:afterSettle', followRedirect)
  on('htmx:pushedIntoHistory', markOpenRow)
}

/**
 * @param {string} name
 * @param {(event: CustomEvent) => void} listener
 */
function on(name, listener) {
  document.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event)))
}

/** An answer without the asked-for part is never an empty pane: an error page is told, another page is gone to. */
function leaveWhenTargetIsMissing(/** @type {CustomEvent} */ event) {
  const { target, serverResponse, xhr, requestConfig } = event.detail
  if (!event.detail.shouldSwap || !target?.id || typeof serverResponse !== 'string') return
  if (serverResponse.includes(`id="${target.id}"`)) return
  event.detail.shouldSwap = false
  const said = failureText(serverResponse)
  if (said && requestConfig?.verb !== 'get') tellFailure(said)
  else location.assign(xhr.responseURL)
}

/** The sentence of the error page that came instead of the answer. */
function failureText(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  return page.querySelector('[data-error-text]')?.textContent?.trim() || null
}

/** After another task was opened, reading starts at its heading; a refused one starts at its error summary. */
function focusNewPane(/** @type {CustomEvent} */ event) {
  const pane = event.detail.target
  if (!(pane instanceof HTMLElement) || pane.id !== 'detail') return
  const shown = document.querySelector('#detail')
  const start = shown?.querySelector('[data-error-summary]:not([hidden])') ?? shown?.querySelector('h1')
  if (start instanceof HTMLElement) start.focus({ preventScroll: true })
  shown?.scrollTo({ top: 0 })
  window.scrollTo({ top: 0 })
}

/** After a change the address is that of the page it led to; a refused one leaves the address alone. */
function followRedirect(/** @type {CustomEvent} */ event) {
  const { xhr, requestConfig, pathInfo, target } = event.detail
  if (target?.id !== 'detail' || requestConfig?.verb === 'get' || !xhr.responseURL) return
  const reached = new URL(xhr.responseURL)
  if (reached.pathname === new URL(pathInfo.finalRequestPath, location.href).pathname || reached.href === location.href) return
  history.pushState({ htmx: true }, '', reached)
}

/** The list stays as it is while its tasks are opened one after another; only the mark moves. */
function markOpenRow() {
  for (const row of document.querySelectorAll('a[data-row]')) {
    if (row instanceof HTMLAnchorElement && row.href === location.href) row.setAttribute('aria-current', 'true')
    else row.removeAttribute('aria-current')
    row.classList.remove('at')
  }
  document.querySelector('#inbox')?.classList.toggle('one', Boolean(document.querySelector('#detail h1')))
}
