// The editor of rule tables: dmn-js; the views of a file (its drawing, each table) are tabs above it.
import Modeler from 'dmn-js/lib/Modeler'
import { translation } from '../design/translate.js'

/** From the page's tokens, so that the dark page has a dark drawing. */
const colours = { defaultFillColor: 'var(--card)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' }

/**
 * @param {HTMLElement} canvasPlace
 * @param {HTMLElement} tabsPlace
 * @param {Record<string, string>} texts
 * @returns {import('../design/desk.js').Editor}
 */
export function tablesAt(canvasPlace, tabsPlace, texts) {
  const spoken = { additionalModules: [translation(texts)] }
  const modeler = new Modeler({
    container: canvasPlace, drd: { ...spoken, drdRenderer: colours }, decisionTable: spoken, literalExpression: spoken, boxedExpression: spoken,
  })
  /** @type {Set<object>} */
  const heard = new Set()
  /** @type {() => void} */
  let changed = () => undefined
  modeler.on('views.changed', (/** @type {{ views: any[], activeView: any }} */ { views, activeView }) => {
    listen(modeler.getActiveViewer(), heard, () => changed())
    showTabs(modeler, tabsPlace, views, activeView)
  })
  return {
    async load(xml) {
      await modeler.importXML(xml)
      const table = modeler.getViews().find((/** @type {any} */ view) => view.type === 'decisionTable')
      if (table) await modeler.open(table)
    },
    text: async () => (await modeler.saveXML({ format: true })).xml,
    onChange: (listener) => { changed = listener },
    show: (elementId) => show(modeler, elementId),
    mark: () => undefined,
  }
}

/** Each view has a viewer of its own, made when it is first opened. */
function listen(/** @type {any} */ viewer, /** @type {Set<object>} */ heard, /** @type {() => void} */ listener) {
  if (!viewer || heard.has(viewer)) return
  heard.add(viewer)
  viewer.on('commandStack.changed', listener)
}

/**
 * @param {any} modeler
 * @param {HTMLElement} place
 * @param {any[]} views
 * @param {any} active
 */
function showTabs(modeler, place, views, active) {
  place.replaceChildren(...views.map((view) => {
    const tab = document.createElement('button')
    tab.type = 'button'
    tab.className = 'btn small'
    tab.textContent = view.type === 'drd' ? place.dataset.drawing ?? '' : view.name || view.id
    if (view === active || view.id === active?.id) tab.setAttribute('aria-current', 'true')
    tab.addEventListener('click', () => modeler.open(view))
    return tab
  }))
}

/** Open the view of a decision; what lies inside one is shown by its decision. */
function show(/** @type {any} */ modeler, /** @type {string} */ elementId) {
  const view = modeler.getViews().find((/** @type {any} */ each) => each.id === elementId || holds(each.element, elementId))
  if (!view) return false
  modeler.open(view)
  return true
}

function holds(/** @type {any} */ element, /** @type {string} */ elementId) {
  const table = element.decisionLogic
  const parts = [table, ...(table?.rule ?? []), ...(table?.input ?? []), ...(table?.output ?? [])]
  return element.$type !== 'dmn:Definitions' && parts.some((part) => part?.id === elementId)
}
