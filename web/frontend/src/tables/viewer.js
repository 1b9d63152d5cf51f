// A file of rule tables to look at: as it once was, or on a screen too narrow to change it.
import Viewer from 'dmn-js/lib/NavigatedViewer'
import { translation } from '../design/translate.js'
import { look } from './look.js'
import { firstView, showTabs } from './tabs.js'

/**
 * @param {HTMLElement} place with data-table, the address of the file
 * @param {Record<string, string>} texts
 */
export async function showTable(place, texts) {
  const canvas = /** @type {HTMLElement} */ (place.querySelector('[data-canvas]'))
  const tabs = /** @type {HTMLElement} */ (place.querySelector('[data-tabs]'))
  try {
    const viewer = new Viewer({ container: canvas, ...look(translation(texts)) })
    viewer.on('views.changed', (/** @type {{ views: any[], activeView: any }} */ { views, activeView }) =>
      showTabs(viewer, tabs, views, activeView))
    const answer = await fetch(place.dataset.table ?? '')
    if (!answer.ok) throw new Error(`table: ${answer.status}`)
    await viewer.importXML(await answer.text())
    await viewer.open(firstView(viewer))
  } catch {
    const failed = place.querySelector('[data-failed]')
    if (failed instanceof HTMLElement) failed.hidden = false
    canvas.hidden = true
  }
}
