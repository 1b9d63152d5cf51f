// Parts of a page that need a large bundle fetch it when they are there: forms at once, diagrams when looked at.

export function startParts() {
  mountForms()
  showCurrentStep()
  document.addEventListener('htmx:afterSettle', mountForms)
  document.addEventListener('htmx:afterSettle', showCurrentStep)
  document.addEventListener('htmx:beforeCleanupElement', ({ target }) => unmountForm(target))
  document.addEventListener('toggle', ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open) mountDiagrams(target)
  }, true)
  mountDiagrams(document)
  document.addEventListener('htmx:afterSettle', () => mountDiagrams(document))
}

async function mountForms() {
  const places = document.querySelectorAll('[data-form]:not([data-mounted])')
  if (!places.length) return
  const { mountForm } = await import('../form/index.js')
  for (const place of places) if (place instanceof HTMLElement) mountForm(place)
}

/** A long way does not fit a phone: its present step does. */
function showCurrentStep() {
  const step = document.querySelector('.steps .now')
  const list = step?.parentElement
  if (step instanceof HTMLElement && list) list.scrollLeft = step.offsetLeft - (list.clientWidth - step.offsetWidth) / 2
}

async function unmountForm(/** @type {EventTarget|null} */ place) {
  if (!(place instanceof HTMLElement) || !place.matches('[data-form][data-mounted]')) return
  const { unmountForm: unmount } = await import('../form/index.js')
  unmount(place)
}

async function mountDiagrams(/** @type {ParentNode} */ part) {
  const places = [...part.querySelectorAll('[data-diagram]:not([data-mounted])')]
    .filter((place) => place instanceof HTMLElement && place.offsetParent)
  if (!places.length) return
  const { mountDiagram } = await import('../diagram/index.js')
  for (const place of places) if (place instanceof HTMLElement) await mountDiagram(place)
}
