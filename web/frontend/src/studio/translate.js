// bpmn-js and its property panel say their texts through this service.
import { vietnameseTexts } from './texts.js'

/** @returns {object} a bpmn-js module that speaks the page's language; what has no Vietnamese stays English */
export function translation(/** @type {string} */ language) {
  const known = language === 'vi' ? vietnameseTexts : {}
  /**
   * @param {string} text
   * @param {Record<string, string>} [parts]
   */
  const translate = (text, parts = {}) =>
    (known[text] ?? text).replace(/\{([^}]+)\}/g, (whole, /** @type {string} */ name) => known[parts[name]] ?? parts[name] ?? whole)
  return { translate: ['value', translate] }
}
