// What the FEEL editors know and propose: the functions of the standard, and those of the house.
import { feelBuiltins } from '@camunda/feel-builtins'

/** @typedef {{ name: string, params: { name: string }[], info: string }} OfficeFunction as the server lists them */

/** Without them a call such as `leader of("VPS")` counts as a mistake: names with spaces must be known. */
export function feelWords(/** @type {OfficeFunction[]} */ officeFunctions) {
  return [...officeFunctions.map((each) => ({ ...each, type: 'function', info: paragraph(each.info) })), ...feelBuiltins]
}

/** The editor takes markup: make some of our plain text. */
function paragraph(/** @type {string} */ text) {
  const element = document.createElement('p')
  element.textContent = text
  return element.outerHTML
}
