// The pages of a rule table: the desk with dmn-js, and a look at a table where nothing is changed.
import { startDesk } from '../design/desk.js'

const isVietnamese = document.documentElement.lang === 'vi'
const texts = async () => (isVietnamese ? (await import('./texts.js')).vietnameseTexts : {})

const place = document.querySelector('[data-desk]')
const canvas = place?.querySelector('[data-canvas]')
const tabs = place?.querySelector('[data-tabs]')
if (place instanceof HTMLElement && canvas instanceof HTMLElement && tabs instanceof HTMLElement) {
  startDesk(place, async () => (await import('./tables.js')).tablesAt(canvas, tabs, await texts()))
}

for (const view of document.querySelectorAll('[data-table]')) {
  if (!(view instanceof HTMLElement) || !view.offsetParent) continue
  const { showTable } = await import('./viewer.js')
  await showTable(view, await texts())
}
