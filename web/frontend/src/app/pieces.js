// A large file goes up in pieces, so that a line that breaks costs one of them: begin, send on, finish.
import { ask, GONE, OUT_OF_PLACE } from './asking.js'

const FIRST_PIECE = 256 * 1024
const QUICK_MS = 1000
const PAUSES_MS = [500, 2000, 5000]

/** @typedef {import('./asking.js').Answer} Answer */

/**
 * Send one file, from where the server stands, until it is a paper or something is against it.
 * @param {{ url: string, token: string, file: File, signal: AbortSignal,
 *   onSent: (sent: number) => void, onWhole: () => void }} sending
 * @returns {Promise<Answer>} the page that answers in the end, or what was against it
 */
export async function sendInPieces(sending) {
  const begun = await begin(sending)
  if (!begun.ok) return begun
  const { url, received, largest_piece: largest } = begun.body
  const sent = await sendRest(sending, url, received, largest)
  if (!sent.ok) return sent
  sending.onWhole()
  return finish(sending, url)
}

/** Forget what was sent; when nobody hears it, the server does so after a day. */
export function giveUp(/** @type {{ url: string, token: string, file: File }} */ sending) {
  return begin({ ...sending, signal: undefined }).then(({ ok, body }) =>
    ok ? ask('DELETE', body.url, { headers: { 'X-CSRFToken': sending.token } }) : undefined)
}

/** @param {{ url: string, token: string, file: File, signal?: AbortSignal }} sending */
function begin({ url, token, file, signal }) {
  const said = new URLSearchParams({ name: file.name, size: String(file.size), modified: String(file.lastModified) })
  return patiently(() => ask('POST', url, { body: said, headers: { 'X-CSRFToken': token }, signal }), signal)
}

/**
 * @param {{ token: string, file: File, signal: AbortSignal, onSent: (sent: number) => void }} sending
 * @param {string} url
 * @param {number} from
 * @param {number} largest
 */
async function sendRest(sending, url, from, largest) {
  const { file, signal, onSent } = sending
  let [offset, length] = [from, FIRST_PIECE]
  let answer = /** @type {Answer} */ ({ ok: true, status: 200, body: null, mayPass: false, text: '' })
  onSent(offset)
  while (offset < file.size) {
    const began = Date.now()
    answer = await patiently(() => sendPiece(sending, url, offset, length), signal)
    if (answer.status === OUT_OF_PLACE && answer.body?.received > offset) answer.ok = true // an earlier try had arrived
    if (!answer.ok) return answer
    offset = answer.body.received
    length = Date.now() - began < QUICK_MS ? Math.min(2 * length, largest) : FIRST_PIECE
    onSent(offset)
  }
  return answer
}

/**
 * @param {{ token: string, file: File, signal: AbortSignal, onSent: (sent: number) => void }} sending
 * @param {string} url
 * @param {number} offset
 * @param {number} length
 */
function sendPiece({ token, file, signal, onSent }, url, offset, length) {
  return ask('PATCH', url, {
    body: file.slice(offset, offset + length),
    headers: { 'X-CSRFToken': token, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
    onSent: (sent) => onSent(offset + sent),
    signal,
  })
}

/** An answer that was lost on its way may have made the paper: then the upload is gone, and the task's page shows it. */
async function finish(/** @type {{ token: string, file: File, signal: AbortSignal }} */ { token, file, signal }, /** @type {string} */ url) {
  const more = { headers: { 'X-CSRFToken': token, 'HX-Target': 'papers' }, type: /** @type {const} */ ('document'), signal }
  let tries = 0
  const answer = await patiently(() => { tries += 1; return ask('POST', `${url}/finish`, more) }, signal)
  if (answer.status !== GONE || tries < 2) return answer
  const page = await ask('GET', url.replace(/\/papers\/.*$/, ''), more)
  const names = [...(page.body?.querySelectorAll('#paper-list li > a') ?? [])].map((link) => link.textContent)
  return names.includes(file.name.normalize('NFC')) ? page : answer
}

/**
 * Try again after short pauses what may pass.
 * @param {() => Promise<Answer>} attempt
 * @param {AbortSignal} [signal]
 */
async function patiently(attempt, signal) {
  let answer = await attempt()
  for (const pause of PAUSES_MS) {
    if (!answer.mayPass || answer.text || signal?.aborted) break
    await new Promise((resolve) => setTimeout(resolve, pause))
    if (signal?.aborted) break
    answer = await attempt()
  }
  return answer
}
