// How many cases stand at each step: a link at the element, in colour and in words. The table beside it says the same.

/**
 * @typedef {{ id: string, css: string, badge: string, note: string, label: string, url: string }} Standing
 * @param {import('bpmn-js/lib/NavigatedViewer').default} viewer
 * @param {string|undefined} json a list of `Standing`
 */
export function showStanding(viewer, json) {
  const marks = /** @type {Standing[]} */ (JSON.parse(json ?? '[]'))
  const registry = /** @type {any} */ (viewer.get('elementRegistry'))
  const canvas = /** @type {any} */ (viewer.get('canvas'))
  const overlays = /** @type {any} */ (viewer.get('overlays'))
  const drawn = marks.filter(({ id }) => registry.get(id))
  for (const mark of drawn) {
    canvas.addMarker(mark.id, `is-standing-${mark.css}`)
    overlays.add(mark.id, { position: { top: 0, left: 0 }, html: badge(mark), scale: { min: 0.9, max: 1.1 } })
    overlays.add(mark.id, { position: { bottom: 0, left: 0 }, html: note(mark), scale: { min: 0.85, max: 1.1 }, show: { minZoom: 0.5 } })
  }
  const urls = new Map(drawn.map(({ id, url }) => [id, url]))
  const open = (/** @type {{ element: { id: string } }} */ { element }) => {
    const url = urls.get(element.id)
    if (url) location.assign(url)
  }
  if (urls.size) /** @type {any} */ (viewer.get('eventBus')).on('element.click', open)
}

function badge(/** @type {Standing} */ mark) {
  const link = document.createElement('a')
  link.className = `standing ${mark.css}`
  link.href = mark.url
  link.textContent = mark.badge
  link.title = mark.label
  link.setAttribute('aria-label', mark.label)
  return link
}

function note(/** @type {Standing} */ mark) {
  const words = document.createElement('span')
  words.className = 'standing-note'
  words.textContent = mark.note
  return words
}
