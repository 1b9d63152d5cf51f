// One-letter keys. They can be switched off (WCAG 2.1.4); the choice stays in this browser.
import { openDialog } from './dialogs.js'

const SETTING = 'luanchuyen.keys'
const CHORD_MS = 1200
let chordUntil = 0

/** @type {Record<string, () => void>} */
const actions = {
  j: () => moveInList(1),
  k: () => moveInList(-1),
  o: () => press('[data-row].at, [data-row][aria-current]'),
  c: () => press('[data-main-outcome]'),
  e: () => press('[data-claim]'),
  '/': () => focusOn('#search'),
  '?': () => openDialog(document.querySelector('#keys')),
  g: () => { chordUntil = Date.now() + CHORD_MS },
}

export function startKeyboard() {
  showState()
  document.addEventListener('keydown', onKey)
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.id !== 'keys-on') return
    localStorage.setItem(SETTING, target.checked ? 'on' : 'off')
    showState()
  })
}

function areOn() {
  return localStorage.getItem(SETTING) !== 'off'
}

function showState() {
  document.documentElement.classList.toggle('no-keys', !areOn())
  const box = document.querySelector('#keys-on')
  if (box instanceof HTMLInputElement) box.checked = areOn()
}

function onKey(/** @type {KeyboardEvent} */ event) {
  if (!areOn() || isForSomethingElse(event)) return
  if (Date.now() < chordUntil) {
    chordUntil = 0
    if (press(`[data-go="${CSS.escape(event.key)}"]`)) event.preventDefault()
    return
  }
  const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
  if (!action) return
  event.preventDefault()
  action()
}

/** Shortcuts of the browser, typing, an open dialog, an editor with keys of its own. */
function isForSomethingElse(/** @type {KeyboardEvent} */ event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing
    || isTyping(event.target) || hasOwnKeys(event.target) || Boolean(document.querySelector('dialog[open]'))
}

function isTyping(/** @type {EventTarget|null} */ target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])'))
}

function hasOwnKeys(/** @type {EventTarget|null} */ target) {
  return target instanceof Element && Boolean(target.closest('[data-own-keys]'))
}

/** Walk through the list without opening: the row is focused and marked. */
function moveInList(/** @type {number} */ step) {
  const rows = [...document.querySelectorAll('[data-row]')].filter((row) => row instanceof HTMLElement && row.offsetParent)
  if (!rows.length) return
  const marked = rows.findIndex((row) => row.classList.contains('at'))
  const at = marked >= 0 ? marked : rows.findIndex((row) => row.hasAttribute('aria-current'))
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))]
  rows.forEach((row) => row.classList.toggle('at', row === next))
  if (next instanceof HTMLElement) {
    next.focus()
    next.scrollIntoView({ block: 'nearest' })
  }
}

/** @returns {boolean} whether there was something to press */
function press(/** @type {string} */ selector) {
  const found = document.querySelector(selector)
  if (!(found instanceof HTMLElement) || found.matches(':disabled')) return false
  found.click()
  return true
}

function focusOn(/** @type {string} */ selector) {
  const field = document.querySelector(selector)
  if (field instanceof HTMLInputElement) {
    field.focus()
    field.select()
  }
}
