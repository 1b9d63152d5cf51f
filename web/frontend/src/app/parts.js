// Parts of a page that need a large bundle fetch it when they are there: forms at once, diagrams when looked at.

export function startParts() {
  mountForms()
  document.addEventListener('htmx:afterSettle', mountForms)
  document.addEventListener('htmx:beforeSwap', ({ target }) => unmountForms(target))
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
  for (const place of places) if (place instanceof HTMLElement) await mountForm(place)
}

async function unmountForms(/** @type {EventTarget|null} */ part) {
  if (!(part instanceof Element) || !part.querySelector('[data-form][data-mounted]')) return
  const places = [...part.querySelectorAll('[data-form][data-mounted]')]
  const { unmountForm } = await import('../form/index.js')
  for (const place of places) unmountForm(place)
}

async function mountDiagrams(/** @type {ParentNode} */ part) {
  const places = [...part.querySelectorAll('[data-diagram]:not([data-mounted])')]
    .filter((place) => place instanceof HTMLElement && place.offsetParent)
  if (!places.length) return
  const { mountDiagram } = await import('../diagram/index.js')
  for (const place of places) if (place instanceof HTMLElement) await mountDiagram(place)
}
