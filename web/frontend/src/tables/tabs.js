// The views of a file of rule tables, its drawing and each table, as tabs above the one that is shown.

/**
 * @param {any} manager dmn-js
 * @param {HTMLElement} place
 * @param {any[]} views
 * @param {any} active
 */
export function showTabs(manager, place, views, active) {
  const hadFocus = place.contains(document.activeElement)
  place.replaceChildren(...views.map((view) => {
    const tab = document.createElement('button')
    tab.type = 'button'
    tab.className = 'btn small'
    tab.textContent = view.type === 'drd' ? place.dataset.drawing ?? '' : view.name || view.id
    if (view === active || view.id === active?.id) tab.setAttribute('aria-current', 'true')
    tab.addEventListener('click', () => manager.open(view))
    return tab
  }))
  if (hadFocus) keepFocus(place)
}

/** The tabs are made anew with each view: the one that was pressed keeps the keyboard. */
function keepFocus(/** @type {HTMLElement} */ place) {
  const current = place.querySelector('[aria-current]')
  if (current instanceof HTMLElement) current.focus()
}

/** @param {any} manager dmn-js @returns {any} the view that says most: the first table, else whatever there is first */
export function firstView(manager) {
  const views = /** @type {any[]} */ (manager.getViews())
  return views.find((view) => view.type === 'decisionTable') ?? views[0]
}
