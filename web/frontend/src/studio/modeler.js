// The modeler of processes: bpmn-js with the zeebe property panel, its FEEL editors, and our colours and words.
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything'
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel'
import Modeler from 'bpmn-js/lib/Modeler'
import cloudBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json'
import { translation } from '../design/translate.js'
import { feelWords } from './feel_words.js'
import { ourPanel } from './panel.js'

const PALETTE_WIDTH = 130
const MARGIN = 24
const ZOOM_STEP = 1.25

/** From the page's tokens, so that the dark page has a dark diagram. */
const colours = { defaultFillColor: 'var(--card)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' }
const letters = { defaultStyle: { fontFamily: '"Be Vietnam Pro", system-ui, sans-serif' } }

/**
 * @param {HTMLElement} canvasPlace
 * @param {HTMLElement} panelPlace
 * @param {{ texts: Record<string, string>, officeFunctions: import('./feel_words.js').OfficeFunction[] }} house
 * @returns {import('../design/desk.js').Editor}
 */
export function modelerAt(canvasPlace, panelPlace, house) {
  const modeler = new Modeler({
    container: canvasPlace,
    bpmnRenderer: colours,
    textRenderer: letters,
    propertiesPanel: { parent: panelPlace, feelLanguageContext: { builtins: feelWords(house.officeFunctions) } },
    moddleExtensions: { zeebe },
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule,
      CreateAppendAnythingModule, cloudBehaviors, translation(house.texts), ourPanel,
    ],
  })
  const canvas = /** @type {any} */ (modeler.get('canvas'))
  new ResizeObserver(() => canvas.resized()).observe(canvasPlace)
  listenToZoom(canvasPlace, canvas)
  return {
    async load(xml) {
      await modeler.importXML(xml)
      showWhole(canvas)
    },
    async text() {
      const { xml } = await modeler.saveXML({ format: true })
      return xml ?? ''
    },
    onChange: (listener) => modeler.on('commandStack.changed', listener),
    show: (elementId) => show(modeler, elementId),
    mark: (severities) => mark(modeler, severities),
  }
}

/** The wheel with Ctrl zooms, too; these are for those who do not know that, and for the keyboard. */
function listenToZoom(/** @type {HTMLElement} */ place, /** @type {any} */ canvas) {
  const zoomBy = (/** @type {number} */ factor) => canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto')
  place.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('[data-zoom]') : null
    if (!(button instanceof HTMLElement)) return
    if (button.dataset.zoom === 'fit') showWhole(canvas)
    else zoomBy(button.dataset.zoom === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP)
  })
}

/** Fit the drawing into what the palette leaves free, no larger than life. */
function showWhole(/** @type {any} */ canvas) {
  const { inner, outer } = canvas.viewbox()
  const scale = Math.min(1, (outer.width - PALETTE_WIDTH - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height)
  canvas.viewbox({
    x: inner.x - PALETTE_WIDTH / scale, y: inner.y - (outer.height / scale - inner.height) / 2,
    width: outer.width / scale, height: outer.height / scale,
  })
}

/** Select an element and bring it into view; the process itself is the drawing's ground. */
function show(/** @type {Modeler} */ modeler, /** @type {string} */ elementId) {
  const registry = /** @type {any} */ (modeler.get('elementRegistry'))
  const canvas = /** @type {any} */ (modeler.get('canvas'))
  const selection = /** @type {any} */ (modeler.get('selection'))
  const element = registry.get(elementId)
    ?? registry.find((/** @type {any} */ each) => each.businessObject?.processRef?.id === elementId)
  if (!element) return false
  canvas.scrollToElement(element, 80)
  selection.select(element)
  return true
}

/** @param {Modeler} modeler @param {Map<string, string>} severities by element id */
function mark(modeler, severities) {
  const registry = /** @type {any} */ (modeler.get('elementRegistry'))
  const canvas = /** @type {any} */ (modeler.get('canvas'))
  for (const element of registry.getAll()) {
    for (const severity of ['error', 'warning']) {
      const isMarked = canvas.hasMarker(element, `has-${severity}`)
      const isMeant = severities.get(element.id) === severity && element.type !== 'label'
      if (isMeant && !isMarked) canvas.addMarker(element, `has-${severity}`)
      if (isMarked && !isMeant) canvas.removeMarker(element, `has-${severity}`)
    }
  }
}
