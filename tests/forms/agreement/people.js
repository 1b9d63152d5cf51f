// People who fill in a form of the site: they type, click and leave the field, as the widgets let them.
const manifest = await (await fetch('/static/dist/manifest.json')).json()
const { mountForm, checkForm, valuesOf, unmountForm } = await import(`/static/dist/${manifest['form.js']}`)

/** Let each of `visits` fill in a form of its own; tell what the browser refuses and what it sends. */
window.fillIn = async (schema, visits) => {
  const answers = []
  for (const visit of visits) answers.push(JSON.stringify(await filledIn(schema, visit)))
  return answers
}

async function filledIn(schema, { values, acts }) {
  const place = document.createElement('div')
  Object.assign(place.dataset, { schema, values, errors: '{}' })
  document.body.append(place)
  const form = await mountForm(place)
  await window.atRest()
  for (const act of acts) await perform(form, place, act)
  const isInOrder = await checkForm(place)
  const answer = { isInOrder, ...told(form), sent: await valuesOf(place) }
  await unmountForm(place)
  place.remove()
  return answer
}

/** What the form says: errors by path, the paths of the fields it sends, how many rows its lists have. */
function told(form) {
  const { errors, data } = form._getState()
  const found = { errors: {}, shown: [], rows: {} }
  const registry = form.get('formFieldInstanceRegistry')
  const fields = form.get('formFieldRegistry')
  const keyed = new Set(registry.getAllKeyed())
  for (const instance of registry.getAll()) {
    const path = instance.valuePath.join('.')
    const texts = at(errors, [instance.id, ...Object.values(instance.indexes ?? {})])
    if (Array.isArray(texts)) found.errors[path] = texts
    const field = fields.get(instance.id)
    if (keyed.has(instance) && !field.disabled) found.shown.push(path)
    if (field.type === 'dynamiclist') found.rows[path] = at(data, instance.valuePath)?.length ?? 0
  }
  return found
}

function at(tree, path) {
  return path.reduce((found, step) => found?.[step], tree)
}

/** Do one thing to one field; nothing if it does not show or cannot be reached. */
async function perform(form, place, [kind, path, what]) {
  const instances = form.get('formFieldInstanceRegistry').getAll()
  const instance = instances.find(({ valuePath }) => valuePath.join('.') === path)
  if (!instance) return
  const id = ['fjs-form', form._id, [instance.id, ...Object.values(instance.indexes ?? {})].join('_')].join('-')
  await deeds[kind](place, id, what)
  document.activeElement?.blur() // people go on to the next field
  await window.atRest()
}

const deeds = {
  type: (place, id, text) => typed(document.getElementById(id), text),
  day: (place, id, text) => typed(document.getElementById(`${id}-date`), text),
  clock: (place, id, text) => typed(document.getElementById(`${id}-time`), text),
  tick: (place, id) => document.getElementById(id)?.click(),
  mark: (place, id, nth) => {
    const [first] = place.querySelectorAll(`#${id}-0`)
    const all = first?.closest('.fjs-form-field').querySelectorAll('input') ?? []
    all[nth % all.length]?.click()
  },
  pick: async (place, id, nth) => {
    const input = document.getElementById(id)
    const field = input?.closest('.fjs-form-field')
    press(field?.querySelector('.fjs-taglist') ? undefined : input)
    if (!field?.querySelector('.fjs-dropdownlist')) input?.focus()
    await window.atRest()
    const all = field?.querySelectorAll('.fjs-dropdownlist-item') ?? []
    press(all[nth % all.length])
  },
  clear: (place, id, nth) => {
    const field = document.getElementById(id)?.closest('.fjs-form-field')
    press(field?.querySelector('.fjs-select-cross'))
    const all = field?.querySelectorAll('.fjs-taglist-tag-remove') ?? []
    all[nth % all.length]?.click()
  },
  add: (place, id) => ofList(place, id, '.fjs-repeat-render-add')[0]?.click(),
  remove: (place, id, nth) => {
    const all = ofList(place, id, '.fjs-repeat-row-remove')
    all[nth % all.length]?.click()
  },
}

async function typed(input, text) {
  if (!input || input.disabled || input.readOnly) return
  input.value = text
  input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  await window.atRest()
  input.dispatchEvent(new FocusEvent('blur'))
  input.dispatchEvent(new FocusEvent('focusout', { bubbles: true }))
}

function press(element) {
  element?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }))
}

/** The buttons of a list itself, not of those in its rows. */
function ofList(place, id, selector) {
  const list = place.querySelector(`[aria-labelledby="${id}"]`)
  return [...(list?.querySelectorAll(selector) ?? [])].filter((each) => each.closest('.fjs-form-field-dynamiclist') === list)
}

window.isOpen = true
