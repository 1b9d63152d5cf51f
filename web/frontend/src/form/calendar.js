// form-js asks the browser's locale for the order of day and month; an office writes dd/mm/yyyy whatever the browser speaks.
import flatpickr from 'flatpickr'
import { Vietnamese } from 'flatpickr/dist/l10n/vn.js'

/**
 * Take flatpickr's place for form-js (see build.mjs): same call, our order, the page's language, Monday first.
 * @param {HTMLInputElement} input
 * @param {object} options
 */
export default function calendar(input, options) {
  const isVietnamese = document.documentElement.lang.startsWith('vi')
  input.placeholder = 'dd/mm/yyyy'
  return flatpickr(input, {
    ...options,
    dateFormat: 'd/m/Y',
    locale: isVietnamese ? { ...Vietnamese, firstDayOfWeek: 1 } : { firstDayOfWeek: 1 },
  })
}
