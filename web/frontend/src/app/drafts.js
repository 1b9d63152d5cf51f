// Drafts of a task's form: saved a moment after the last key, on leaving a field and on leaving the page. Two windows
// never replace each other's: the server answers with both versions, and the person chooses.
import { openDialog } from './dialogs.js'

const PAUSE_MS = 1500
const AGAIN_MS = 15_000
const LARGEST_WHEN_LEAVING = 60_000 // browsers carry 64 kB past the end of a page

/**
 * @typedef {object} Draft
 * @property {HTMLElement} place the form
 * @property {number} revision of the saved draft that what is typed began from
 * @property {number} changes since it was last saved
 * @property {(() => object)|null} values reads the form; null until a person has changed it
 * @property {Promise<boolean>|null} saving
 * @property {number} underway how many of the changes are on their way and will arrive even if the page ends now
 * @property {boolean} isOver the task, or the person's right to it, has ended meanwhile
 */
/** @type {Draft|null} */
let current = null
/** @type {number|undefined} */
let timer

export function startDrafts() {
  document.addEventListener('form:changed', onChange)
  document.addEventListener('input', onInput)
  document.addEventListener('focusout', ({ target }) => { if (isInForm(target)) saveSoon(0) })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') saveWhileHidden() })
  document.addEventListener('click', onChoice)
  document.addEventListener('submit', ({ target }) => {
    if (target instanceof HTMLFormElement && target.matches('[data-draft-end]')) forget()
  })
  document.addEventListener('htmx:afterSettle', showClash)
  showClash()
}

/** Tell whether something typed into the form is not kept yet. */
export function hasUnsaved() {
  const draft = draftHere()
  return Boolean(draft && (draft.changes || draft.saving))
}

/** Count what stands in the form as typed and not kept: it came back from the server, which did not take it. */
export function holdAsChanged() {
  const draft = draftHere()
  if (draft) change(draft)
}

/** @returns {boolean} whether all is kept, or on its way although the page ends now */
export function saveOnLeaving() {
  const field = document.activeElement
  if (field instanceof HTMLElement && isInForm(field)) field.blur() // the form takes over what was typed last
  return saveWhileHidden()
}

/** @returns {boolean} whether all is kept, or on its way although the page may end now */
function saveWhileHidden() {
  clearTimeout(timer)
  const draft = draftHere()
  if (draft?.changes && draft.values && !draft.saving && mayBeSaved(draft)) void send(draft, draft.values())
  return !draft || draft.changes === draft.underway
}

/** Let a save that is under way end, and begin none: the form is being sent. @returns {Promise<unknown>} */
export function settleDraft() {
  clearTimeout(timer)
  return draftHere()?.saving ?? Promise.resolve()
}

/** @returns {Promise<boolean>} whether all that was typed is kept now */
export async function saveDraft() {
  clearTimeout(timer)
  const draft = draftHere()
  if (draft?.saving) await draft.saving
  if (!draft?.changes) return true
  if (!mayBeSaved(draft)) return false
  const values = await valuesOf(draft)
  return draft.saving ?? send(draft, values)
}

/** Not after the task has ended, nor while the person is to choose between two versions. */
function mayBeSaved(/** @type {Draft} */ draft) {
  return !draft.isOver && !document.querySelector('#draft-clash[open]')
}

/** The draft of the form on the page; a form in which nobody may write has none. */
function draftHere() {
  const place = document.querySelector('[data-form][data-draft]')
  if (!(place instanceof HTMLElement)) return (current = null)
  if (current?.place !== place) {
    current = { place, revision: Number(place.dataset.draftRevision), changes: 0, values: null, saving: null, underway: 0, isOver: false }
  }
  return current
}

function forget() {
  clearTimeout(timer)
  const draft = draftHere()
  if (draft) leaveUnsaved(draft, 0)
}

function onChange(/** @type {Event} */ event) {
  const draft = draftHere()
  if (!draft || event.target !== draft.place) return
  draft.values = /** @type {CustomEvent} */ (event).detail.values
  change(draft)
}

/** The form takes a typed letter over a moment later, and says so then; it counts from now. */
function onInput(/** @type {Event} */ { target, isTrusted }) {
  const draft = isTrusted && isInForm(target) ? draftHere() : null
  if (draft) change(draft)
}

function change(/** @type {Draft} */ draft) {
  leaveUnsaved(draft, draft.changes + 1)
  saveSoon(PAUSE_MS)
}

/**
 * @param {Draft} draft
 * @param {number} changes
 */
function leaveUnsaved(draft, changes) {
  draft.changes = Math.max(0, changes)
  draft.place.toggleAttribute('data-draft-unsaved', draft.changes > 0)
}

function saveSoon(/** @type {number} */ wait) {
  clearTimeout(timer)
  timer = setTimeout(saveDraft, wait)
}

function isInForm(/** @type {EventTarget|null} */ target) {
  return target instanceof Element && Boolean(target.closest('[data-form][data-draft]'))
}

/** @returns {Promise<object>} */
async function valuesOf(/** @type {Draft} */ draft) {
  if (draft.values) return draft.values()
  const form = await import('../form/index.js')
  return form.valuesOf(draft.place)
}

/**
 * @param {Draft} draft
 * @param {object} values
 * @returns {Promise<boolean>} whether nothing is left to save
 */
function send(draft, values) {
  const body = new URLSearchParams({ data: JSON.stringify(values), revision: String(draft.revision) })
  const outlives = body.toString().length <= LARGEST_WHEN_LEAVING
  draft.underway = outlives ? draft.changes : 0
  draft.saving = deliver(draft, body, outlives).finally(() => Object.assign(draft, { saving: null, underway: 0 }))
  return draft.saving
}

/**
 * @param {Draft} draft
 * @param {URLSearchParams} body
 * @param {boolean} keepalive
 */
async function deliver(draft, body, keepalive) {
  const { changes } = draft
  const answer = await post(draft, body, keepalive)
  if (answer.ok) {
    draft.revision = answer.body.revision
    leaveUnsaved(draft, draft.changes - changes)
  }
  if (draft !== current) return answer.ok // another form stands in its place by now
  if (answer.ok) tell(draft, answer.body.said)
  else if (answer.body?.clash) showVersions(answer.body.clash)
  else notKept(draft, answer)
  return !draft.changes
}

/**
 * Say so; what may pass by itself, such as a dropped line, is tried again.
 * @param {Draft} draft
 * @param {{ status: number, body: any }} answer
 */
function notKept(draft, { status, body }) {
  draft.isOver = [403, 404, 409].includes(status)
  if (!body || status >= 500) saveSoon(AGAIN_MS)
  tell(draft, body?.detail ?? line()?.dataset.failed ?? '')
}

/**
 * @param {Draft} draft
 * @param {URLSearchParams} body
 * @param {boolean} keepalive
 * @returns {Promise<{ ok: boolean, status: number, body: any }>}
 */
async function post(draft, body, keepalive) {
  const token = document.querySelector('#task-act input[name=csrf_token]')
  const headers = { Accept: 'application/json', 'X-CSRFToken': token instanceof HTMLInputElement ? token.value : '' }
  try {
    const answer = await fetch(draft.place.dataset.draft ?? '', { method: 'POST', headers, body, keepalive })
    const isJson = (answer.headers.get('Content-Type') ?? '').includes('json')
    return { ok: answer.ok && isJson, status: answer.status, body: isJson ? await answer.json() : null }
  } catch {
    return { ok: false, status: 0, body: null }
  }
}

function line() {
  return /** @type {HTMLElement|null} */ (document.querySelector('[data-draft-said]'))
}

/**
 * Quietly: a screen reader says it when it has nothing else to say, and says the same words once.
 * @param {Draft} draft
 * @param {string} said
 */
function tell(draft, said) {
  const status = line()
  if (status && status.textContent !== said) status.textContent = said
  for (const field of document.querySelectorAll('input[data-draft-revision]')) {
    if (field instanceof HTMLInputElement) field.value = String(draft.revision)
  }
  for (const part of document.querySelectorAll('[data-draft-there]')) {
    if (part instanceof HTMLElement) part.hidden = !draft.revision
  }
}

/** The two versions, as the server has set them side by side. */
function showVersions(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const fresh = page.querySelector('#draft-clash')
  if (!fresh) return
  document.querySelector('#draft-clash')?.replaceWith(fresh)
  openDialog(fresh)
}

/** A page that came back because another window was ahead brings the two versions with it. */
function showClash() {
  openDialog(document.querySelector('#draft-clash[data-revision]'))
}

function onChoice(/** @type {MouseEvent} */ event) {
  const button = event.target instanceof Element ? event.target.closest('[data-draft-keep], [data-draft-take]') : null
  const draft = draftHere()
  const dialog = button?.closest('dialog')
  if (!button || !draft || !dialog) return
  if (button.matches('[data-draft-take]')) {
    forget()
    location.reload()
    return
  }
  draft.revision = Number(dialog.dataset.revision)
  leaveUnsaved(draft, draft.changes + 1)
  dialog.close()
  delete dialog.dataset.revision
  saveDraft()
}
