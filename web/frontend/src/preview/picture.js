// A picture as the browser shows it; nothing in it runs.
import { roomIn } from './room.js'

/**
 * @param {{ url: string, name: string }} paper
 * @param {HTMLElement} sheet
 * @returns {Promise<import('./index.js').Shown>}
 */
export async function openPicture(paper, sheet) {
  const picture = new Image()
  picture.src = paper.url
  picture.alt = paper.name
  await picture.decode()
  sheet.replaceChildren(picture)
  return {
    pages: 1,
    async draw(_page, zoom) {
      const fitting = Math.min(picture.naturalWidth, roomIn(sheet))
      picture.style.width = `${Math.floor(fitting * zoom)}px`
    },
    close() {
      picture.src = ''
    },
  }
}
