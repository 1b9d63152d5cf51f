// CodeMirror writes its styles into a <style> element, which the page's policy refuses; it would use an adopted sheet in
// a shadow root. The build hands it this in place of `style-mod`, which shows it the page as if it were one.
import { StyleModule as Original } from 'style-mod'

/** @type {WeakMap<Document | ShadowRoot, object>} */
const shown = new WeakMap()

export class StyleModule extends Original {
  /**
   * @param {Document | ShadowRoot} root
   * @param {any} modules
   */
  static mount(root, modules) {
    super.mount(/** @type {any} */ (asShadow(root)), modules)
  }
}

/** What `style-mod` asks of a root: no head, adopted sheets, the document and its window. */
function asShadow(/** @type {Document | ShadowRoot} */ root) {
  const known = shown.get(root) ?? {
    ownerDocument: root instanceof Document ? root : root.ownerDocument,
    get adoptedStyleSheets() { return root.adoptedStyleSheets },
    set adoptedStyleSheets(sheets) { root.adoptedStyleSheets = sheets },
  }
  shown.set(root, known)
  return known
}
