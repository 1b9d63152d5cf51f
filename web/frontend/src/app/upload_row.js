// One file on its way up, as people see and hear it. Every sentence is the server's, hidden until needed.

const SAY_EVERY_MS = 5000
const CHANGING = ['cancel', 'continue', 'dismiss', 'checking', 'error']

/** A row of the queue; who sends the file sets `onContinue` and `onCancel`. */
export class UploadRow {
  onContinue = () => {}
  onCancel = () => {}
  #saidAt = 0

  /**
   * @param {HTMLFormElement} form
   * @param {File} file
   */
  constructor(form, file) {
    this.form = form
    this.file = file
    const template = form.querySelector('template')
    this.element = /** @type {HTMLElement} */ (template?.content.firstElementChild?.cloneNode(true))
    this.bar = /** @type {HTMLProgressElement} */ (this.element.querySelector('progress'))
    this.bar.setAttribute('aria-label', file.name)
    this.#part('name').textContent = file.name
    for (const button of this.element.querySelectorAll('button')) button.setAttribute('aria-label', `${button.textContent} ${file.name}`)
    this.#part('dismiss').addEventListener('click', () => this.remove())
    this.#part('cancel').addEventListener('click', () => this.onCancel())
    this.#part('continue').addEventListener('click', () => this.onContinue())
    form.querySelector('[data-queue]')?.append(this.element)
  }

  /** Show how much is sent; say it now and then. */
  sending(/** @type {number} */ sent) {
    const percent = Math.floor(100 * sent / this.file.size)
    this.bar.value = sent / this.file.size
    this.#part('amount').textContent = `${percent} %`
    this.#show('cancel')
    if (Date.now() - this.#saidAt < SAY_EVERY_MS) return
    this.#saidAt = Date.now()
    this.#say(this.form.dataset.sent, percent)
  }

  /** All of it is there and is being looked into. */
  finishing() {
    this.#show('checking')
  }

  /** The line broke: what is there stays, the person may go on. */
  broken(/** @type {string} */ text) {
    this.#part('error').textContent = text || (this.form.dataset.broken ?? '')
    this.#show('continue', 'cancel', 'error')
  }

  /** It cannot become a paper. */
  refused(/** @type {string} */ text) {
    this.#part('error').textContent = text || (this.form.dataset.failed ?? '')
    this.#part('amount').textContent = ''
    this.bar.remove()
    this.#show('dismiss', 'error')
  }

  done() {
    this.#say(this.form.dataset.done, 100)
    this.remove()
  }

  /** Who pressed a button of the row goes on where files are chosen. */
  remove() {
    const hadFocus = this.element.contains(document.activeElement)
    this.element.remove()
    const chooser = this.form.querySelector('input[type=file]')
    if (hadFocus && chooser instanceof HTMLElement) chooser.focus()
  }

  /** @returns {HTMLElement} */
  #part(/** @type {string} */ mark) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`[data-${mark}]`))
  }

  #show(/** @type {string[]} */ ...marks) {
    for (const mark of CHANGING) this.#part(mark).hidden = !marks.includes(mark)
  }

  /**
   * @param {string|undefined} words
   * @param {number} percent
   */
  #say(words, percent) {
    const said = this.form.querySelector('[data-said]')
    if (said && words) said.textContent = words.replace('{name}', this.file.name).replace('{percent}', String(percent))
  }
}
