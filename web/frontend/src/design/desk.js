// What the pages of all editors do: load, notice changes, save the draft, publish, download, replace by a file, guard.
import { openDialog, tellFailure } from '../app/dialogs.js'
import { startProblems } from './problems.js'
import { send } from './sending.js'

/**
 * @typedef {object} Editor
 * @property {(text: string) => Promise<void>} load
 * @property {() => Promise<string>} text
 * @property {(listener: () => void) => void} onChange
 * @property {(elementId: string) => boolean} show select an element; false when the drawing does not have it
 * @property {(severities: Map<string, string>) => void} mark
 */

/** Start the page, once the screen is wide enough to draw on; the editor itself is fetched only then. */
export async function startDesk(/** @type {HTMLElement} */ place, /** @type {() => Promise<Editor>} */ makeEditor) {
  const canvas = place.querySelector('[data-canvas]')
  if (!(canvas instanceof HTMLElement) || !canvas.offsetParent) {
    addEventListener('resize', () => startDesk(place, makeEditor), { once: true })
    return
  }
  await new Desk(place, await makeEditor()).open()
}

class Desk {
  /**
   * @param {HTMLElement} place
   * @param {Editor} editor
   */
  constructor(place, editor) {
    this.place = place
    this.editor = editor
    this.revision = Number(place.dataset.revision)
    this.changes = 0 // since the draft was last saved
    this.isLeaving = false
    this.unreadable = '' // what came and could not be opened, kept as it is
    this.problems = startProblems(place, editor, () => this.text())
  }

  async open() {
    const answer = await fetch(this.place.dataset.content ?? '')
    await this.load(await answer.text()).catch(() => { this.part('[data-unreadable]').hidden = false })
    this.editor.onChange(() => this.changed())
    this.listen()
    this.show()
    this.problems.check()
  }

  async load(/** @type {string} */ text) {
    this.unreadable = text
    await this.editor.load(text)
    this.unreadable = ''
  }

  async text() {
    return this.unreadable || this.editor.text()
  }

  listen() {
    this.on('[data-do=save]', 'click', () => this.save())
    this.on('[data-do=download]', 'click', () => this.download())
    this.on('[data-do=publish]', 'click', () => this.askToPublish())
    this.on('#refused', 'close', () => this.problems.focus())
    this.on('[data-file]', 'change', ({ target }) => this.replace(/** @type {HTMLInputElement} */ (target)))
    this.on('#publish form', 'submit', (event) => {
      event.preventDefault()
      this.publish(/** @type {HTMLFormElement} */ (event.target))
    })
    this.on('[data-do=overwrite]', 'click', () => this.overwrite())
    this.on('[data-do=take-theirs]', 'click', () => this.leaveTo(location.href))
    this.place.addEventListener('submit', () => { this.isLeaving = true })
    addEventListener('beforeunload', (event) => { if (this.changes && !this.isLeaving) event.preventDefault() })
    addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return
      event.preventDefault()
      this.save()
    })
  }

  changed() {
    this.changes += 1
    this.show()
    this.problems.checkSoon()
  }

  /** @returns {Promise<boolean>} whether the draft is kept now */
  async save() {
    const changes = this.changes
    this.busy(true)
    const { revision, place: { dataset: { base, save } } } = this
    const address = `${save}?${new URLSearchParams({ revision: String(revision), base: base ?? '' })}`
    const answer = await send(address, await this.text(), this.token())
    this.busy(false)
    if (answer.status === 409 && answer.body) this.tellConflict(answer.body)
    else if (!answer.ok) tellFailure(answer.body?.detail ?? null)
    if (!answer.ok) return false
    this.revision = Number(answer.body.revision)
    this.changes -= changes
    this.part('[data-saved]').textContent = answer.body.said
    this.show()
    return true
  }

  /** Somebody else saved: nothing is replaced until the person has decided. */
  tellConflict(/** @type {Record<string, any>} */ told) {
    this.part('[data-conflict]').textContent = told.detail
    this.theirRevision = Number(told.revision)
    openDialog(document.querySelector('#conflict'))
  }

  async overwrite() {
    this.revision = this.theirRevision ?? this.revision
    await this.save()
  }

  askToPublish() {
    this.part('[data-has-errors]').hidden = !this.problems.hasErrors()
    openDialog(document.querySelector('#publish'))
  }

  async publish(/** @type {HTMLFormElement} */ form) {
    const others = new FormData(form).getAll('also').map(String) // before the closed dialog switches its fields off
    form.closest('dialog')?.close()
    if ((this.changes || !this.revision) && !(await this.save())) return
    this.busy(true)
    const { ok, body } = await send(this.place.dataset.publish ?? '', choice(this.revision, others), this.token())
    this.busy(false)
    if (ok) this.leaveTo(body.url)
    else this.tellRefusal(body)
  }

  tellRefusal(/** @type {Record<string, any> | null} */ told) {
    if (!told?.findings) {
      tellFailure(told?.detail ?? null)
      return
    }
    this.problems.show(told.findings)
    this.part('[data-refusal]').textContent = told.detail
    openDialog(document.querySelector('#refused'))
  }

  leaveTo(/** @type {string} */ address) {
    this.isLeaving = true
    location.assign(address)
  }

  async download() {
    const url = URL.createObjectURL(new Blob([await this.text()], { type: 'application/xml' }))
    const link = document.createElement('a')
    link.href = url
    link.download = this.place.dataset.name ?? ''
    link.click()
    URL.revokeObjectURL(url)
  }

  /** Take the content of a file of one's own in place of what is on the desk; it is kept only when saved. */
  async replace(/** @type {HTMLInputElement} */ input) {
    const [file] = input.files ?? []
    if (!file) return
    this.busy(true)
    const { ok, body } = await send(this.place.dataset.examine ?? '', file, this.token())
    this.busy(false)
    if (ok && !body.was_ours) {
      await this.leaveToImport(input)
      return
    }
    input.value = ''
    if (ok) await this.openFile(file, input.dataset.refused ?? null)
    else tellFailure(body?.detail ?? null)
  }

  /** A diagram of another engine is turned into ours by the server, which shows what becomes of it. */
  async leaveToImport(/** @type {HTMLInputElement} */ input) {
    if (this.changes && !(await this.save())) input.value = ''
    else input.form?.requestSubmit()
  }

  /**
   * @param {File} file
   * @param {string | null} refusal
   */
  async openFile(file, refusal) {
    const before = await this.text()
    try {
      await this.load(await file.text())
      this.part('[data-unreadable]').hidden = true
      this.changed()
    } catch {
      tellFailure(refusal)
      await this.load(before).catch(() => undefined)
    }
  }

  show() {
    this.part('[data-dirty]').hidden = !this.changes
    this.part('[data-saved]').hidden = Boolean(this.changes)
    this.part('[data-discard]').hidden = !this.revision
    for (const field of document.querySelectorAll('input[data-revision]')) {
      if (field instanceof HTMLInputElement) field.value = String(this.revision)
    }
    for (const button of this.place.querySelectorAll('[data-do=publish]')) {
      if (button instanceof HTMLButtonElement) button.disabled = !this.changes && !this.revision
    }
  }

  busy(/** @type {boolean} */ isBusy) {
    this.place.toggleAttribute('aria-busy', isBusy)
    for (const button of this.place.querySelectorAll('.desk-doings button')) {
      if (button instanceof HTMLButtonElement) button.disabled = isBusy
    }
    if (!isBusy) this.show()
  }

  token() {
    return this.place.dataset.token ?? ''
  }

  /** @returns {HTMLElement} */
  part(/** @type {string} */ selector) {
    return /** @type {HTMLElement} */ (document.querySelector(selector))
  }

  /**
   * @param {string} selector
   * @param {string} name
   * @param {(event: Event) => void} listener
   */
  on(selector, name, listener) {
    for (const element of document.querySelectorAll(selector)) element.addEventListener(name, listener)
  }
}

/**
 * What goes to be published: this draft at its revision, and the others that were ticked.
 * @param {number} revision
 * @param {string[]} others
 */
function choice(revision, others) {
  return new URLSearchParams([['revision', String(revision)], ...others.map((other) => ['also', other])])
}
