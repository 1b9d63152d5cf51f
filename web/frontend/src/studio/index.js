// The page of a process diagram.
import { startDesk } from '../design/desk.js'

const place = document.querySelector('[data-desk]')
const canvas = place?.querySelector('[data-canvas]')
const panel = place?.querySelector('[data-panel]')
if (place instanceof HTMLElement && canvas instanceof HTMLElement && panel instanceof HTMLElement) {
  const officeFunctions = JSON.parse(place.dataset.functions ?? '[]')
  const isVietnamese = document.documentElement.lang === 'vi'
  startDesk(place, async () => {
    const { modelerAt } = await import('./modeler.js')
    const texts = isVietnamese ? (await import('./texts.js')).vietnameseTexts : {}
    return modelerAt(canvas, panel, { texts, officeFunctions })
  })
}
