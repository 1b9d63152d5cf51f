/** How wide a paper may be without being moved sideways, in CSS pixels. */
export function roomIn(/** @type {HTMLElement} */ sheet) {
  const { paddingLeft, paddingRight } = getComputedStyle(sheet)
  return sheet.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
}
