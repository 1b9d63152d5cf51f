// The task's form: a form-js schema in an element with data-schema, data-values, data-errors (JSON each).
import { createForm } from '@bpmn-io/form-js-viewer'
import { clearSummary, errorsById, focusSummary, refusalsOf, showSummary } from './errors.js'
import { vietnameseTexts, watchUntranslated } from './texts.js'

/** @typedef {import('./errors.js').Form} Form */
/** @typedef {import('./errors.js').FieldInstance} FieldInstance */
/** @type {WeakMap<Element, Promise<Form>>} */
const forms = new WeakMap()

/** Draw the form once; what the server refused stands beside its fields. */
export function mountForm(/** @type {HTMLElement} */ place) {
  const form = forms.get(place) ?? draw(place)
  forms.set(place, form)
  return form
}

async function draw(/** @type {HTMLElement} */ place) {
  place.dataset.mounted = 'yes'
  const form = /** @type {Form} */ (/** @type {unknown} */ (await createForm({
    container: place,
    schema: parse(place.dataset.schema),
    data: parse(place.dataset.values),
    properties: { readOnly: place.dataset.readonly === 'yes' },
    additionalModules: [{ translate: ['value', translate] }],
  })))
  const refused = /** @type {Record<string, string[]>} */ (parse(place.dataset.errors))
  beQuietUntilSubmitted(form, refused)
  if (Object.keys(refused).length) {
    form._setState({ errors: errorsById(form, refused) })
    showSummary(form, place)
  }
  if (isVietnamese()) watchUntranslated(place)
  tellOfChanges(form, place)
  return form
}

/** Tell the page of what a person changed; what drawing itself sets (a calendar its date) is no change. */
function tellOfChanges(/** @type {Form} */ form, /** @type {HTMLElement} */ place) {
  let isTouched = false
  const touch = (/** @type {Event} */ { isTrusted }) => { isTouched ||= isTrusted }
  for (const act of ['pointerdown', 'keydown', 'click', 'input']) place.addEventListener(act, touch, { capture: true })
  const detail = { values: () => form._getSubmitData() }
  form.on('field.updated', () => { if (isTouched) place.dispatchEvent(new CustomEvent('form:changed', { bubbles: true, detail })) })
}

export async function unmountForm(/** @type {HTMLElement} */ place) {
  const form = await forms.get(place)
  form?.destroy()
  forms.delete(place)
}

/** @returns {Promise<boolean>} whether the form may be sent; if not, the summary has the focus */
export async function checkForm(/** @type {HTMLElement} */ place) {
  const form = await mountForm(place)
  quiet.delete(form)
  const { errors } = form.submit()
  const isInOrder = !Object.keys(errors).length
  if (isInOrder) clearSummary()
  else {
    showSummary(form, place)
    focusSummary()
  }
  return isInOrder
}

/** The values as they are sent: without disabled fields; hidden ones are dropped by the server as well. */
export async function valuesOf(/** @type {HTMLElement} */ place) {
  const form = await mountForm(place)
  return form._getSubmitData()
}

/** @type {WeakSet<Form>} */
const quiet = new WeakSet()

/**
 * Nobody is told of an empty field before having tried to send (GOV.UK form manners); what the server refused stands
 * until its value is changed.
 * @param {Form} form
 * @param {Record<string, string[]>} refused
 */
function beQuietUntilSubmitted(form, refused) {
  const validator = form.get('validator')
  const validate = validator.validateFieldInstance.bind(validator)
  const stillRefused = refusalsOf(form, refused)
  quiet.add(form)
  validator.validateFieldInstance = (/** @type {FieldInstance} */ instance, /** @type {unknown} */ value) =>
    (quiet.has(form) ? stillRefused(instance, value) : validate(instance, value))
}

/**
 * @param {string} text
 * @param {Record<string, string|number>} [replacements]
 */
function translate(text, replacements = {}) {
  const words = (isVietnamese() && vietnameseTexts[text]) || text
  return words.replace(/{([^}]+)}/g, (whole, key) => String(replacements[key] ?? whole))
}

function isVietnamese() {
  return document.documentElement.lang.startsWith('vi')
}

function parse(/** @type {string|undefined} */ json) {
  return json ? JSON.parse(json) : {}
}
