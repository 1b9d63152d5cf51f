// A diagram to look at: done and live elements marked, zoom by buttons and keys. The step list beside it says the same.
import Viewer from 'bpmn-js/lib/NavigatedViewer'
import { showStanding } from './standing.js'

const STEP = 1.25
const MARK_HEIGHT = 30

/**
 * Draw the diagram at data-diagram (URL of the BPMN file), marked by data-done and data-live (JSON lists of element ids)
 * or by data-standing (what stands where).
 */
export async function mountDiagram(/** @type {HTMLElement} */ place) {
  place.dataset.mounted = 'yes'
  const canvasPlace = /** @type {HTMLElement} */ (place.querySelector('[data-canvas]'))
  try {
    const viewer = new Viewer({ container: canvasPlace, bpmnRenderer: colours, textRenderer: letters })
    await viewer.importXML(await load(place.dataset.diagram ?? ''))
    mark(viewer, ids(place.dataset.done), 'done', '✓')
    mark(viewer, ids(place.dataset.live), 'live', '●')
    showStanding(viewer, place.dataset.standing)
    watch(viewer, place, canvasPlace)
    letPick(viewer, place.dataset.picks)
  } catch {
    const failed = place.querySelector('[data-failed]')
    if (failed instanceof HTMLElement) failed.hidden = false
    canvasPlace.hidden = true
  }
}

/** From the page's tokens, so that the dark page has a dark diagram. */
const colours = { defaultFillColor: 'var(--card)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' }

const letters = { defaultStyle: { fontFamily: '"Be Vietnam Pro", system-ui, sans-serif' } }

async function load(/** @type {string} */ url) {
  const answer = await fetch(url, { headers: { Accept: 'application/xml' } })
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`)
  return answer.text()
}

/** @returns {string[]} */
function ids(/** @type {string|undefined} */ json) {
  return json ? JSON.parse(json) : []
}

/**
 * A colour and a sign, because colour alone does not reach everybody.
 * @param {Viewer} viewer
 * @param {string[]} elements
 * @param {'done'|'live'} state
 * @param {string} sign
 */
function mark(viewer, elements, state, sign) {
  const registry = /** @type {any} */ (viewer.get('elementRegistry'))
  const canvas = /** @type {any} */ (viewer.get('canvas'))
  const overlays = /** @type {any} */ (viewer.get('overlays'))
  for (const id of elements) {
    const element = registry.get(id)
    if (!element) continue
    canvas.addMarker(id, `is-${state}`)
    if (element.waypoints) continue
    const badge = document.createElement('span')
    badge.className = `mark ${state}`
    badge.textContent = sign
    overlays.add(id, { position: { top: -9, right: 9 }, html: badge, show: { minZoom: 0.3 } })
  }
}

/**
 * @param {Viewer} viewer
 * @param {HTMLElement} place
 * @param {HTMLElement} canvasPlace
 */
function watch(viewer, place, canvasPlace) {
  const canvas = /** @type {any} */ (viewer.get('canvas'))
  const fit = () => showWhole(canvas)
  const zoomBy = (/** @type {number} */ factor) => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)))
  /** @type {Record<string, () => void>} */
  const actions = {
    in: () => zoomBy(STEP), out: () => zoomBy(1 / STEP), fit,
    '+': () => zoomBy(STEP), '=': () => zoomBy(STEP), '-': () => zoomBy(1 / STEP), 0: fit,
    ArrowLeft: () => canvas.scroll({ dx: 60, dy: 0 }), ArrowRight: () => canvas.scroll({ dx: -60, dy: 0 }),
    ArrowUp: () => canvas.scroll({ dx: 0, dy: 60 }), ArrowDown: () => canvas.scroll({ dx: 0, dy: -60 }),
  }
  leaveWheelToThePage(canvasPlace)
  fit()
  place.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-zoom]') : null
    if (button instanceof HTMLElement) actions[button.dataset.zoom ?? '']?.()
  })
  canvasPlace.addEventListener('keydown', (event) => {
    const action = !event.ctrlKey && !event.metaKey ? actions[event.key] : undefined
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  })
  new ResizeObserver(() => canvas.resized()).observe(canvasPlace)
}

/** Fit the drawing with a margin, in the middle, and with room below it for the bpmn.io mark. */
function showWhole(/** @type {any} */ canvas) {
  const { inner, outer } = canvas.viewbox()
  const scale = Math.min(1.2, outer.width / (inner.width + 24), (outer.height - MARK_HEIGHT) / (inner.height + 24))
  const width = outer.width / scale
  canvas.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - 12, width, height: outer.height / scale })
}

/**
 * A click on an element chooses it in the list of that id, where it can be chosen; the list's choice is marked.
 * @param {Viewer} viewer
 * @param {string|undefined} field
 */
function letPick(viewer, field) {
  const list = document.getElementById(field ?? '')
  if (!(list instanceof HTMLSelectElement)) return
  const canvas = /** @type {any} */ (viewer.get('canvas'))
  const registry = /** @type {any} */ (viewer.get('elementRegistry'))
  let marked = ''
  const markChosen = () => {
    if (marked) canvas.removeMarker(marked, 'is-picked')
    marked = registry.get(list.value) ? list.value : ''
    if (marked) canvas.addMarker(marked, 'is-picked')
  }
  const pick = (/** @type {{ element: { id: string } }} */ { element }) => {
    if (![...list.options].some(({ value }) => value === element.id)) return
    list.value = element.id
    markChosen()
  }
  /** @type {any} */ (viewer.get('eventBus')).on('element.click', pick)
  list.addEventListener('change', markChosen)
  markChosen()
}

/** The wheel scrolls the page, not the drawing, unless Ctrl says zoom. */
function leaveWheelToThePage(/** @type {HTMLElement} */ canvasPlace) {
  canvasPlace.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation()
  }, { capture: true, passive: true })
}
