// The editors say their texts through a service of this name. Some parts of the property panel do not get it and say
// English: the build hands them `say` instead.

/** @type {(text: string, parts?: Record<string, string>) => string} */
let spoken = filledIn

/** Say a text as the editor of this page does. */
export function say(/** @type {string} */ text, /** @type {Record<string, string>} */ parts = {}) {
  return spoken(text, parts)
}

/** @param {string} text @param {Record<string, string>} [parts] */
function filledIn(text, parts = {}) {
  return text.replace(/\{([^}]+)\}/g, (whole, /** @type {string} */ name) => parts[name] ?? whole)
}

/** The same thing is a "Sub-process" in one place and a "Sub Process" in another. */
function folded(/** @type {string} */ text) {
  return text.toLowerCase().replace(/[-\s]/g, '')
}

/**
 * @param {Record<string, string>} texts by their English; what is not there stays English
 * @returns {{ translate: unknown[] }} a diagram-js module
 */
export function translation(texts) {
  const byFolded = new Map(Object.entries(texts).map(([english, said]) => [folded(english), said]))
  const known = (/** @type {string} */ text) => texts[text] ?? byFolded.get(folded(text))
  /**
   * @param {string} text
   * @param {Record<string, string>} [parts]
   */
  const translate = (text, parts = {}) =>
    (known(text) ?? text).replace(/\{([^}]+)\}/g, (whole, /** @type {string} */ name) => known(String(parts[name])) ?? parts[name] ?? whole)
  spoken = translate
  return { translate: ['value', translate] }
}
