// The editors say their texts through a service of this name.

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
  const say = (/** @type {string} */ text) => texts[text] ?? byFolded.get(folded(text))
  /**
   * @param {string} text
   * @param {Record<string, string>} [parts]
   */
  const translate = (text, parts = {}) =>
    (say(text) ?? text).replace(/\{([^}]+)\}/g, (whole, /** @type {string} */ name) => say(String(parts[name])) ?? parts[name] ?? whole)
  return { translate: ['value', translate] }
}
