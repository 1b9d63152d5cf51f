// The page of a rule table: dmn-js, with its drawing of which decision needs which.
import { startDesk } from '../design/desk.js'
import { tablesAt } from './tables.js'
import { vietnameseTexts } from './texts.js'

const place = document.querySelector('[data-desk]')
const canvas = place?.querySelector('[data-canvas]')
const tabs = place?.querySelector('[data-tabs]')
if (place instanceof HTMLElement && canvas instanceof HTMLElement && tabs instanceof HTMLElement) {
  const texts = document.documentElement.lang === 'vi' ? vietnameseTexts : {}
  startDesk(place, () => tablesAt(canvas, tabs, texts))
}
