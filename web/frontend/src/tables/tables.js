// The editor of rule tables: dmn-js; the views of a file (its drawing, each table) are tabs above it.
import Modeler from 'dmn-js/lib/Modeler'
import { translation } from '../design/translate.js'
import { look } from './look.js'
import { firstView, showTabs } from './tabs.js'

const PALETTE_WIDTH = 70
const HEAD_HEIGHT = 110 // of the file's name and id, over the drawing
const MARGIN = 24

/**
 * @param {HTMLElement} canvasPlace
 * @param {HTMLElement} tabsPlace
 * @param {Record<string, string>} texts
 * @returns {import('../design/desk.js').Editor}
 */
export function tablesAt(canvasPlace, tabsPlace, texts) {
  const modeler = new Modeler({ container: canvasPlace, ...look(translation(texts)) })
  /** @type {Set<object>} */
  const heard = new Set()
  /** @type {() => void} */
  let changed = () => undefined
  let shown = ''
  modeler.on('views.changed', (/** @type {{ views: any[], activeView: any }} */ { views, activeView }) => {
    listen(modeler.getActiveViewer(), heard, () => changed())
    showTabs(modeler, tabsPlace, views, activeView)
    if (activeView?.type === 'drd' && shown !== activeView.id) showWhole(modeler.getActiveViewer().get('canvas'))
    shown = activeView?.id ?? ''
  })
  return {
    async load(xml) {
      await modeler.importXML(xml)
      await modeler.open(firstView(modeler))
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

/** Fit the drawing into what the palette and the name leave free, no larger than life. */
function showWhole(/** @type {any} */ canvas) {
  const { inner, outer } = canvas.viewbox()
  const room = { width: outer.width - PALETTE_WIDTH - 2 * MARGIN, height: outer.height - HEAD_HEIGHT - 2 * MARGIN }
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height)
  canvas.viewbox({
    x: inner.x - (PALETTE_WIDTH + MARGIN) / scale, y: inner.y - (HEAD_HEIGHT + MARGIN) / scale,
    width: outer.width / scale, height: outer.height / scale,
  })
}

/** Open the view of a decision, and select the part of it that is meant. */
function show(/** @type {any} */ modeler, /** @type {string} */ elementId) {
  const view = modeler.getViews().find((/** @type {any} */ each) => each.id === elementId || cellOf(each.element, elementId) !== null)
  if (!view) return false
  select(modeler, view, cellOf(view.element, elementId) ?? '')
  return true
}

/**
 * @param {any} modeler
 * @param {any} view
 * @param {string} cellId
 */
async function select(modeler, view, cellId) {
  await modeler.open(view)
  if (!cellId || view.type !== 'decisionTable') return
  modeler.getActiveViewer().get('selection').select(cellId)
  document.querySelector(`[data-element-id="${CSS.escape(cellId)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/**
 * @param {any} element of a view
 * @param {string} elementId
 * @returns {string | null} the cell to select for a part of a decision: '' where none stands for it; null for no part of it
 */
function cellOf(element, elementId) {
  const { id, rule = [], input = [], output = [] } = element.decisionLogic ?? {}
  if ([id, ...idsOf(input), ...idsOf(output)].includes(elementId)) return ''
  const found = rule.find((/** @type {any} */ each) => [each.id, ...cellsOf(each)].includes(elementId))
  if (!found) return null
  return found.id === elementId ? cellsOf(found)[0] ?? '' : elementId
}

/** @param {any} rule @returns {string[]} */
function cellsOf({ inputEntry = [], outputEntry = [] }) {
  return idsOf([...inputEntry, ...outputEntry])
}

/** @param {any[]} parts @returns {string[]} */
function idsOf(parts) {
  return parts.map((part) => part.id)
}
