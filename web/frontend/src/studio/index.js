// The page of a process diagram.
import { startDesk } from '../design/desk.js'
import { modelerAt } from './modeler.js'

const place = document.querySelector('[data-desk]')
const canvas = place?.querySelector('[data-canvas]')
const panel = place?.querySelector('[data-panel]')
if (place instanceof HTMLElement && canvas instanceof HTMLElement && panel instanceof HTMLElement) {
  const officeFunctions = JSON.parse(place.dataset.functions ?? '[]')
  startDesk(place, () => modelerAt(canvas, panel, { language: document.documentElement.lang, officeFunctions }))
}
