// The page of a process diagram.
import { startDesk } from '../design/desk.js'
import { modelerAt } from './modeler.js'
import { vietnameseTexts } from './texts.js'

const place = document.querySelector('[data-desk]')
const canvas = place?.querySelector('[data-canvas]')
const panel = place?.querySelector('[data-panel]')
if (place instanceof HTMLElement && canvas instanceof HTMLElement && panel instanceof HTMLElement) {
  const officeFunctions = JSON.parse(place.dataset.functions ?? '[]')
  const texts = document.documentElement.lang === 'vi' ? vietnameseTexts : {}
  startDesk(place, () => modelerAt(canvas, panel, { texts, officeFunctions }))
}
