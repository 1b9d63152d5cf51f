// A PDF drawn by pdf.js: its worker, fonts and decoders come from our own site, and no script of the paper runs.
import { roomIn } from './room.js'
import { getDocument, GlobalWorkerOptions, TextLayer, version } from 'pdfjs-dist/legacy/build/pdf.mjs'

const MOST_PIXELS = 16_000_000
const base = new URL(`pdfjs-${version}/`, import.meta.url).href

GlobalWorkerOptions.workerSrc = `${base}pdf.worker.js`

/**
 * @param {{ url: string, name: string }} paper
 * @param {HTMLElement} sheet
 * @returns {Promise<import('./index.js').Shown>}
 */
export async function openPdf(paper, sheet) {
  const loading = getDocument({
    url: paper.url,
    isEvalSupported: false,
    enableXfa: false,
    useWasm: false, // the pages' policy lets nothing be compiled; the decoders exist as plain scripts too
    wasmUrl: base,
    standardFontDataUrl: base,
    cMapUrl: base,
    cMapPacked: true,
  })
  const pdf = await loading.promise
  let turn = 0
  return {
    pages: pdf.numPages,
    async draw(number, zoom) {
      turn += 1
      const mine = turn
      const page = await pdf.getPage(number)
      const drawn = await drawPage(page, sheet, zoom)
      if (mine === turn) sheet.replaceChildren(drawn)
    },
    close() {
      loading.destroy()
    },
  }
}

/**
 * Draw a page, and over it its words, so that they can be read out, chosen and copied.
 * @param {import('pdfjs-dist').PDFPageProxy} page
 * @param {HTMLElement} sheet
 * @param {number} zoom
 */
async function drawPage(page, sheet, zoom) {
  const width = roomIn(sheet)
  const viewport = page.getViewport({ scale: zoom * width / page.getViewport({ scale: 1 }).width })
  const wanted = devicePixelRatio || 1
  const sharpness = Math.min(wanted, Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)))
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(viewport.width * sharpness)
  canvas.height = Math.floor(viewport.height * sharpness)
  canvas.setAttribute('aria-hidden', 'true')
  const words = document.createElement('div')
  words.className = 'paper-words'
  const drawn = document.createElement('div')
  drawn.className = 'paper-page'
  drawn.style.width = `${Math.floor(viewport.width)}px`
  drawn.style.height = `${Math.floor(viewport.height)}px`
  drawn.style.setProperty('--total-scale-factor', String(viewport.scale))
  drawn.append(canvas, words)
  await page.render({ canvas, viewport, transform: [sharpness, 0, 0, sharpness, 0, 0] }).promise
  await new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport }).render()
  return drawn
}
