// Files go up one by one, each with its own progress and its own error; the list is renewed from the answer.
import { ask } from './asking.js'
import { giveUp, sendInPieces } from './pieces.js'
import { UploadRow } from './upload_row.js'

const SMALL = 1024 * 1024 // goes up in one request

/** @type {Set<() => void>} what waits for the line to come back */
const waiting = new Set()

export function startUploads() {
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches('[data-upload] input[type=file]')) sendChosen(target)
  })
  document.addEventListener('dragover', (event) => { if (dropZone(event)) event.preventDefault() })
  document.addEventListener('drop', (event) => {
    const zone = dropZone(event)
    if (!zone || !event.dataTransfer?.files.length) return
    event.preventDefault()
    sendFiles(zone, [...event.dataTransfer.files])
  })
  addEventListener('online', () => { for (const goOn of [...waiting]) goOn() })
}

function dropZone(/** @type {DragEvent} */ event) {
  const zone = event.target instanceof Element ? event.target.closest('form[data-upload]') : null
  return zone instanceof HTMLFormElement ? zone : null
}

function sendChosen(/** @type {HTMLInputElement} */ input) {
  const files = [...(input.files ?? [])]
  if (input.form && files.length) sendFiles(input.form, files)
  input.value = ''
}

/**
 * @param {HTMLFormElement} form
 * @param {File[]} files
 */
async function sendFiles(form, files) {
  const rows = files.map((file) => new UploadRow(form, file))
  for (const [index, file] of files.entries()) await sendOne(form, file, rows[index])
}

/**
 * Send one file until it is a paper, is refused or given up; a broken line waits for the person, or for the line.
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {UploadRow} row
 */
async function sendOne(form, file, row) {
  const leaving = new AbortController()
  const pieces = { url: form.dataset.pieces ?? '', token: new FormData(form).get('csrf_token')?.toString() ?? '', file }
  row.onCancel = () => leaving.abort()
  for (;;) {
    row.sending(0)
    const whole = { ...pieces, signal: leaving.signal, onSent: (/** @type {number} */ sent) => row.sending(sent), onWhole: () => row.finishing() }
    const answer = await (file.size > SMALL ? sendInPieces(whole) : sendWhole(form, file, row, leaving.signal))
    if (leaving.signal.aborted) break
    if (!answer.mayPass) return conclude(form, row, answer)
    row.broken(answer.text)
    await toGoOn(row, leaving.signal)
    if (leaving.signal.aborted) break
  }
  row.remove()
  if (file.size > SMALL) await giveUp(pieces)
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {UploadRow} row
 * @param {AbortSignal} signal
 */
function sendWhole(form, file, row, signal) {
  const body = new FormData(form)
  body.delete('files')
  body.append('files', file)
  const onSent = (/** @type {number} */ sent) => row.sending(Math.min(sent, file.size))
  return ask('POST', form.action, { body, headers: { 'HX-Target': 'papers' }, type: 'document', onSent, signal })
}

/** Wait until the person wants to go on, the line is back, or they give up. */
function toGoOn(/** @type {UploadRow} */ row, /** @type {AbortSignal} */ signal) {
  return new Promise((resolve) => {
    const goOn = () => { waiting.delete(goOn); resolve(undefined) }
    waiting.add(goOn)
    row.onContinue = goOn
    signal.addEventListener('abort', goOn)
  })
}

/**
 * @param {HTMLFormElement} form
 * @param {UploadRow} row
 * @param {import('./asking.js').Answer} answer
 */
function conclude(form, row, answer) {
  const isPage = answer.body instanceof Document && answer.body.querySelector('#paper-list')
  if (isPage && form.isConnected) renewList(answer.body)
  if (isPage && !answer.text) row.done()
  else row.refused(answer.text)
}

function renewList(/** @type {Document} */ answer) {
  for (const id of ['paper-list', 'paper-count']) {
    const fresh = answer.getElementById(id)
    if (fresh) document.getElementById(id)?.replaceWith(fresh)
  }
}
