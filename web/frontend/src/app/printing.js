// A page made to be printed: data-print opens the browser's own dialog for it.

export function startPrinting() {
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('[data-print]')) print()
  })
}
