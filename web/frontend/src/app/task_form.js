// The task: fill the hidden field with the form's values, ask for the reason, warn before typed text is lost.
import { openDialog, tellFailure } from './dialogs.js'
import { hasUnsaved, holdAsChanged, saveDraft, saveOnLeaving, settleDraft } from './drafts.js'

/** Something was typed that no draft keeps: a reason, or answers that wait to be confirmed. */
let isDirty = false

export function startTaskForm() {
  document.addEventListener('click', onOutcome)
  document.addEventListener('submit', onSubmit, true)
  document.addEventListener('input', ({ target, isTrusted }) => {
    if (isTrusted && target instanceof Element && target.closest('[data-task-form]')) isDirty = true
  })
  document.addEventListener('htmx:confirm', keepTypedText)
  document.addEventListener('htmx:afterSettle', ({ target }) => { if (target instanceof Element && isPane(target)) lookAtPane() })
  window.addEventListener('beforeunload', (event) => { if (!saveOnLeaving() || isDirty) event.preventDefault() })
  lookAtPane()
}

/** What was sent and not taken is typed text still: the draft keeps it where there is a form. */
function lookAtPane() {
  const wasRefused = Boolean(document.querySelector('[data-task-form][data-refused]'))
  isDirty = wasRefused && !formPlace()
  if (wasRefused) holdAsChanged()
}

/** The parts whose renewal takes the task's form away. */
function isPane(/** @type {Element} */ part) {
  return part.id === 'detail' || part.id === 'inbox'
}

/** An outcome that wants a reason or a confirmation opens its dialog, after the form itself is in order. */
async function onOutcome(/** @type {MouseEvent} */ event) {
  const button = event.target instanceof Element ? event.target.closest('[data-outcome-dialog]') : null
  if (!(button instanceof HTMLElement)) return
  if (button.dataset.validates !== 'no' && !(await formIsInOrder())) return
  openDialog(document.getElementById(button.dataset.outcomeDialog ?? ''))
}

/** Runs before htmx and before the browser: what is wrong is said here, nothing is sent. */
function onSubmit(/** @type {SubmitEvent} */ event) {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.matches('[data-task-form]')) return
  const button = event.submitter
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation() }
  if (!reasonIsGiven(button)) return stop()
  if (form.dataset.checked === 'yes') return allow(form)
  if (!formPlace()) return allow(form)
  stop()
  sendWithValues(form, button).catch(() => tellFailure(null))
}

/** Values are in the hidden field: let this one submission through. */
function allow(/** @type {HTMLFormElement} */ form) {
  delete form.dataset.checked
  isDirty = false
  closeDialogs(form)
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement|null} button
 */
async function sendWithValues(form, button) {
  const needsCheck = button?.dataset.validates !== 'no'
  if (needsCheck && !(await formIsInOrder())) return closeDialogs(form)
  await settleDraft()
  await putValues(form)
  form.dataset.checked = 'yes'
  form.requestSubmit(button)
}

/** Where the task's form-js form stands; a task may have none. */
function formPlace() {
  return /** @type {HTMLElement|null} */ (document.querySelector('[data-form]'))
}

/** Nothing is sent while the form cannot be read: its bundle may not have arrived over a bad line. */
async function formIsInOrder() {
  const place = formPlace()
  if (!place) return true
  const { checkForm } = await import('../form/index.js')
  return checkForm(place)
}

async function putValues(/** @type {HTMLFormElement} */ form) {
  const place = formPlace()
  const field = form.elements.namedItem('data')
  if (!place || !(field instanceof HTMLInputElement)) return
  const { valuesOf } = await import('../form/index.js')
  field.value = JSON.stringify(await valuesOf(place))
}

/** A reason that is asked for is not blank; the message stands beside its field. */
function reasonIsGiven(/** @type {HTMLElement|null} */ button) {
  const reason = button?.closest('dialog')?.querySelector('textarea[name=reason]')
  if (!(reason instanceof HTMLTextAreaElement) || !reason.dataset.required) return true
  const isMissing = !reason.value.trim()
  const message = document.getElementById(`${reason.id}-error`)
  if (message) message.hidden = !isMissing
  reason.toggleAttribute('aria-invalid', isMissing)
  if (isMissing) reason.focus()
  return !isMissing
}

function closeDialogs(/** @type {HTMLFormElement} */ form) {
  // The fields of the open dialog must still be in the submission: close once it has been read.
  setTimeout(() => form.querySelectorAll('dialog[open]').forEach((dialog) => /** @type {HTMLDialogElement} */ (dialog).close()))
}

/** Opening another task would drop what was typed in this one: keep it as a draft, ask where that does not work. */
function keepTypedText(/** @type {Event} */ event) {
  const { detail } = /** @type {CustomEvent} */ (event)
  const asks = document.querySelector('#unsaved')
  if (!(isDirty || hasUnsaved()) || detail.verb !== 'get' || !isPane(detail.target) || !(asks instanceof HTMLDialogElement)) return
  event.preventDefault()
  saveDraft().then((isKept) => {
    if (isKept && !isDirty) detail.issueRequest(true)
    else if (!document.querySelector('dialog[open]')) ask(asks, detail)
  })
}

/**
 * @param {HTMLDialogElement} asks
 * @param {{ issueRequest: (isConfirmed: boolean) => void }} detail
 */
function ask(asks, detail) {
  asks.returnValue = ''
  asks.addEventListener('close', () => {
    if (asks.returnValue !== 'leave') return
    isDirty = false
    detail.issueRequest(true)
  }, { once: true })
  openDialog(asks)
}
