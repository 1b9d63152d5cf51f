// Forms that ask again as soon as a choice changes: data-autosubmit.

export function startFilters() {
  document.addEventListener('change', (event) => {
    const field = event.target
    if (!(field instanceof HTMLElement)) return
    const form = field.closest('form[data-autosubmit]')
    if (form instanceof HTMLFormElement) form.requestSubmit()
  })
}
