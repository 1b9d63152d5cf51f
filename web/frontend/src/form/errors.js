// Errors as people meet them: beside the field, and all together in a summary that links to each field.

/**
 * @typedef {{ id: string, valuePath: (string|number)[], indexes?: Record<string, number> }} FieldInstance
 * @typedef {{
 *   _id: string,
 *   get: (service: string) => any,
 *   on: (event: string, listener: () => void) => void,
 *   submit: () => { data: object, errors: Errors },
 *   destroy: () => void,
 *   _getState: () => { errors: Errors, initialData: object },
 *   _setState: (state: { errors: Errors }) => void,
 *   _getSubmitData: () => object,
 * }} Form
 * @typedef {Record<string, unknown>} Errors field id → messages, or nested by index inside a repeated group
 */

/**
 * Errors by field id, as form-js keeps them, from the server's errors by key path (`items[0].name` or `items.0.name`).
 * @param {Form} form
 * @param {Record<string, string[]>} refused
 * @returns {Errors}
 */
export function errorsById(form, refused) {
  /** @type {Errors} */
  const errors = {}
  const wanted = byPath(refused)
  for (const instance of instancesOf(form)) {
    const texts = wanted[instance.valuePath.join('.')]
    if (texts) put(errors, [instance.id, ...Object.values(instance.indexes ?? {})], texts)
  }
  return errors
}

/**
 * The server's messages of a field, as long as it holds the value that was refused.
 * @param {Form} form
 * @param {Record<string, string[]>} refused
 * @returns {(instance: FieldInstance, value: unknown) => string[]}
 */
export function refusalsOf(form, refused) {
  const wanted = byPath(refused)
  return ({ valuePath }, value) => {
    const texts = wanted[valuePath.join('.')]
    return texts && isSame(at(form._getState().initialData, valuePath), value) ? texts : []
  }
}

function byPath(/** @type {Record<string, string[]>} */ refused) {
  return Object.fromEntries(Object.entries(refused).map(([key, texts]) => [key.replaceAll('[', '.').replaceAll(']', ''), texts]))
}

function isSame(/** @type {unknown} */ one, /** @type {unknown} */ other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** @returns {FieldInstance[]} */
function instancesOf(/** @type {Form} */ form) {
  return form.get('formFieldInstanceRegistry').getAllKeyed()
}

/**
 * @param {Errors} errors
 * @param {(string|number)[]} path
 * @param {string[]} texts
 */
function put(errors, path, texts) {
  const last = path[path.length - 1]
  let at = /** @type {any} */ (errors)
  for (const step of path.slice(0, -1)) at = at[step] ??= {}
  at[last] = texts
}

/** Fill the page's error summary from the form's state; messages that belong to no field stay as the server wrote them. */
export function showSummary(/** @type {Form} */ form, /** @type {HTMLElement} */ place) {
  const summary = summaryElement()
  const list = summary?.querySelector('ul')
  if (!summary || !list) return
  list.querySelectorAll('[data-of-field]').forEach((item) => item.remove())
  const { errors } = form._getState()
  for (const instance of instancesOf(form)) {
    const texts = at(errors, [instance.id, ...Object.values(instance.indexes ?? {})])
    if (Array.isArray(texts)) for (const text of texts) list.append(summaryItem(form, place, instance, text))
  }
  summary.hidden = false
}

export function focusSummary() {
  const summary = summaryElement()
  summary?.focus({ preventScroll: true })
  summary?.scrollIntoView({ block: 'center' })
}

export function clearSummary() {
  const summary = summaryElement()
  if (summary) summary.hidden = true
}

/** @returns {HTMLElement|null} */
function summaryElement() {
  return document.querySelector('[data-error-summary]')
}

/**
 * @param {object} tree
 * @param {(string|number)[]} path
 */
function at(tree, path) {
  return path.reduce((found, step) => found?.[step], /** @type {any} */ (tree))
}

/**
 * @param {Form} form
 * @param {HTMLElement} place
 * @param {FieldInstance} instance
 * @param {string} text
 */
function summaryItem(form, place, instance, text) {
  const label = form.get('formFieldRegistry').get(instance.id)?.label
  const link = document.createElement('a')
  link.href = `#${place.id}`
  link.textContent = named(label, text)
  link.addEventListener('click', (event) => {
    event.preventDefault()
    focusField(form, place, instance)
  })
  const item = document.createElement('li')
  item.dataset.ofField = instance.valuePath.join('.')
  item.append(link)
  return item
}

/** Our server names the field in its sentence, form-js does not. */
function named(/** @type {unknown} */ label, /** @type {string} */ text) {
  const isPlain = typeof label === 'string' && label && !label.startsWith('=')
  return isPlain && !text.includes(label) ? `${label}: ${text}` : text
}

/**
 * @param {Form} form
 * @param {HTMLElement} place
 * @param {FieldInstance} instance
 */
function focusField(form, place, instance) {
  const indexes = Object.values(instance.indexes ?? {}).map((index) => `_${index}`).join('')
  const id = `fjs-form-${form._id}-${instance.id}${indexes}`
  const field = place.querySelector(`[id^="${CSS.escape(id)}"]:is(input, select, textarea, button)`)
    ?? place.querySelector(`[id^="${CSS.escape(id)}"] :is(input, select, textarea, button)`)
  if (!(field instanceof HTMLElement)) return
  field.scrollIntoView({ block: 'center' })
  field.focus()
}
