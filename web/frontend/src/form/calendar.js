// form-js asks the browser's locale for the order of day and month; an office writes dd/mm/yyyy whatever the browser speaks.
import flatpickr from 'flatpickr'
import { Vietnamese } from 'flatpickr/dist/l10n/vn.js'

const numbers = Array.from({ length: 12 }, (_, index) => index + 1)
const months = /** @type {typeof Vietnamese.months} */ ({
  shorthand: numbers.map((number) => `Th${number}`),
  longhand: numbers.map((number) => `Tháng ${number}`), // written out, the name leaves no room for the year
})

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
    locale: isVietnamese ? { ...Vietnamese, months, firstDayOfWeek: 1 } : { firstDayOfWeek: 1 },
  })
}
