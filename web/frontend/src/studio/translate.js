// bpmn-js and its property panel say their texts through this service.
import { vietnameseTexts } from './texts.js'

/** The same thing is a "Sub-process" in one place and a "Sub Process" in another. */
function folded(/** @type {string} */ text) {
  return text.toLowerCase().replace(/[-\s]/g, '')
}

const byFolded = new Map(Object.entries(vietnameseTexts).map(([english, vietnamese]) => [folded(english), vietnamese]))

/** @returns {object} a bpmn-js module that speaks the page's language; what has no Vietnamese stays English */
export function translation(/** @type {string} */ language) {
  const say = (/** @type {string} */ text) => (language === 'vi' ? vietnameseTexts[text] ?? byFolded.get(folded(text)) : undefined)
  /**
   * @param {string} text
   * @param {Record<string, string>} [parts]
   */
  const translate = (text, parts = {}) =>
    (say(text) ?? text).replace(/\{([^}]+)\}/g, (whole, /** @type {string} */ name) => say(String(parts[name])) ?? parts[name] ?? whole)
  return { translate: ['value', translate] }
}
