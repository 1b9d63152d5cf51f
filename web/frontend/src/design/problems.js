// The problems panel: what the server's checks say of the content on the desk; a click leads to the element.
import { send } from './sending.js'

const PAUSE_MS = 600
const SEVERITIES = ['error', 'warning', 'hint']

/** @typedef {{ file: string, url: string, element_id: string | null, line: number | null, severity: string, message: string, remedy: string }} Problem */

/**
 * @param {HTMLElement} place
 * @param {import('./desk.js').Editor} editor
 * @param {() => Promise<string>} text what is on the desk
 */
export function startProblems(place, editor, text) {
  const panel = /** @type {HTMLElement} */ (place.querySelector('[data-problems]'))
  let waiting = 0
  let asked = 0
  let errors = 0
  const show = (/** @type {Problem[]} */ problems) => {
    errors = problems.filter((each) => each.severity === 'error').length
    showCounts(panel, problems)
    panel.querySelector('[data-list]')?.replaceChildren(...problems.map((each) => lineOf(panel, each, place.dataset.name ?? '', editor)))
    editor.mark(worst(problems.filter((each) => each.file === place.dataset.name)))
  }
  /** Only the answer to the newest question counts. */
  const check = async () => {
    const turn = ++asked
    const answer = await send(place.dataset.lint ?? '', await text(), place.dataset.token ?? '')
    if (turn !== asked) return
    panel.toggleAttribute('data-unchecked', !answer.ok)
    if (answer.ok) show(answer.body)
  }
  return {
    show,
    check,
    hasErrors: () => errors > 0,
    /** Lead to the gravest problem; those that lead nowhere cannot be pressed. */
    focus() {
      if (panel instanceof HTMLDetailsElement) panel.open = true
      const first = panel.querySelector('[data-list] button:enabled') ?? panel.querySelector('summary')
      if (first instanceof HTMLElement) first.focus()
    },
    checkSoon() {
      clearTimeout(waiting)
      waiting = setTimeout(check, PAUSE_MS)
    },
  }
}

function showCounts(/** @type {HTMLElement} */ panel, /** @type {Problem[]} */ problems) {
  for (const severity of SEVERITIES) {
    const count = problems.filter((each) => each.severity === severity).length
    const shown = panel.querySelector(`[data-count=${severity}]`)
    if (!(shown instanceof HTMLElement)) continue
    shown.hidden = !count
    const number = shown.querySelector('b')
    if (number) number.textContent = String(count)
  }
  const none = panel.querySelector('[data-none]')
  if (none instanceof HTMLElement) none.hidden = problems.length > 0
}

/**
 * @param {HTMLElement} panel
 * @param {Problem} problem
 * @param {string} file the file on the desk
 * @param {import('./desk.js').Editor} editor
 */
function lineOf(panel, problem, file, editor) {
  const template = panel.querySelector(`template[data-severity=${problem.severity}]`)
  const line = /** @type {HTMLElement} */ (/** @type {HTMLTemplateElement} */ (template).content.firstElementChild?.cloneNode(true))
  const write = (/** @type {string} */ part, /** @type {string} */ text) => {
    const element = line.querySelector(`[data-${part}]`)
    if (element) element.textContent = text
  }
  const isHere = problem.file === file
  write('message', problem.message)
  write('remedy', problem.remedy)
  write('where', isHere ? problem.element_id ?? '' : [problem.file, problem.element_id].filter(Boolean).join(' · '))
  const button = line.querySelector('button')
  const elementId = problem.element_id
  if (!(button instanceof HTMLButtonElement)) return line
  if (isHere && elementId) button.addEventListener('click', () => editor.show(elementId))
  else if (!isHere && problem.url) button.addEventListener('click', () => location.assign(problem.url))
  else button.disabled = true
  return line
}

/** @param {Problem[]} problems @returns {Map<string, string>} the gravest severity by element id */
function worst(problems) {
  /** @type {Map<string, string>} */
  const found = new Map()
  for (const { element_id: elementId, severity } of problems) {
    if (!elementId) continue
    const known = found.get(elementId)
    if (!known || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(known)) found.set(elementId, severity)
  }
  return found
}
