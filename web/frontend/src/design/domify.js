// bpmn.io's libraries write `style="…"` into the markup they build, which the page's policy refuses to an inner HTML.
// The build hands them this in place of `domify`: the same styles, set through the CSSOM, which the policy allows.
import domify from 'domify'

export default function styled(/** @type {string} */ markup, /** @type {Document} */ owner = document) {
  const made = domify(markup.replace(/\sstyle=(["'])/g, ' data-styled=$1'), owner)
  if (made instanceof Element || made instanceof DocumentFragment) {
    if (made instanceof Element) dress(made)
    made.querySelectorAll('[data-styled]').forEach(dress)
  }
  return made
}

function dress(/** @type {Element} */ element) {
  const styles = element.getAttribute('data-styled')
  if (styles === null || !(element instanceof HTMLElement || element instanceof SVGElement)) return
  element.style.cssText = styles
  element.removeAttribute('data-styled')
}
