// "5 minutes ago" stays true while the page is open: <time datetime data-ago>.

const MINUTE = 60_000
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [['day', 24 * 60 * MINUTE], ['hour', 60 * MINUTE], ['minute', MINUTE]]

export function startTimes() {
  setInterval(refreshTimes, MINUTE)
}

function refreshTimes() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' })
  for (const time of document.querySelectorAll('time[data-ago]')) {
    if (time instanceof HTMLTimeElement) time.textContent = ago(words, Date.parse(time.dateTime)) ?? time.textContent
  }
}

/**
 * @param {Intl.RelativeTimeFormat} words
 * @param {number} at
 */
function ago(words, at) {
  const passed = at - Date.now()
  const unit = units.find(([, length]) => Math.abs(passed) >= length)
  return unit ? words.format(Math.trunc(passed / unit[1]), unit[0]) : null
}
