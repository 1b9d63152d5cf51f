// How dmn-js looks and speaks: from the page's tokens, so that the dark page has a dark drawing.

const colours = { defaultFillColor: 'var(--card)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' }
const letters = { defaultStyle: { fontFamily: '"Be Vietnam Pro", system-ui, sans-serif' } }

/** @param {object} translation a diagram-js module @returns {Record<string, object>} what each kind of view is made with */
export function look(translation) {
  const spoken = { additionalModules: [translation] }
  return {
    drd: { ...spoken, drdRenderer: colours, textRenderer: letters },
    decisionTable: spoken, literalExpression: spoken, boxedExpression: spoken,
  }
}
