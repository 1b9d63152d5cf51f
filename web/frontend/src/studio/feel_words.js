// What the FEEL editors know and propose: the functions of the standard, and those of the house.
import { feelBuiltins } from '@camunda/feel-builtins'
import domify from 'domify'

/** @typedef {{ name: string, params: { name: string }[], info: string }} OfficeFunction as the server lists them */

/**
 * Without them a call such as `leader of("VPS")` counts as a mistake: names with spaces must be known.
 * A text would be shown as it is: the standard's have markup and become elements, ours are plain.
 */
export function feelWords(/** @type {OfficeFunction[]} */ officeFunctions) {
  return [
    ...officeFunctions.map((each) => ({ ...each, type: 'function' })),
    ...feelBuiltins.map((/** @type {{ info: string }} */ each) => ({ ...each, info: () => domify(each.info) })),
  ]
}
