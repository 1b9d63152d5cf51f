// Files go up one by one, each with its own progress and its own error; the list is renewed from the answer.

export function startUploads() {
  document.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches('[data-upload] input[type=file]')) sendChosen(target)
  })
  document.addEventListener('dragover', (event) => { if (dropZone(event)) event.preventDefault() })
  document.addEventListener('drop', (event) => {
    const zone = dropZone(event)
    if (!zone || !event.dataTransfer?.files.length) return
    event.preventDefault()
    sendFiles(zone, [...event.dataTransfer.files])
  })
}

function dropZone(/** @type {DragEvent} */ event) {
  const zone = event.target instanceof Element ? event.target.closest('form[data-upload]') : null
  return zone instanceof HTMLFormElement ? zone : null
}

function sendChosen(/** @type {HTMLInputElement} */ input) {
  const files = [...(input.files ?? [])]
  if (input.form && files.length) sendFiles(input.form, files)
  input.value = ''
}

/**
 * @param {HTMLFormElement} form
 * @param {File[]} files
 */
async function sendFiles(form, files) {
  const rows = files.map((file) => addRow(form, file))
  for (const [index, file] of files.entries()) {
    const answer = await sendFile(form, file, rows[index])
    const wrong = answer && wrongWith(answer)
    if (answer) renewList(answer)
    if (answer && !wrong) rows[index].remove()
    else showError(rows[index], wrong || (form.dataset.failed ?? ''))
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @returns {HTMLElement}
 */
function addRow(form, file) {
  const template = form.querySelector('template')
  const row = /** @type {HTMLElement} */ (template?.content.firstElementChild?.cloneNode(true))
  const name = row.querySelector('[data-name]')
  if (name) name.textContent = file.name
  form.querySelector('[data-queue]')?.append(row)
  row.querySelector('[data-dismiss]')?.addEventListener('click', () => row.remove())
  return row
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {HTMLElement} row
 * @returns {Promise<Document|null>} the page that answered, or null when none came
 */
function sendFile(form, file, row) {
  const body = new FormData(form)
  body.delete('files')
  body.append('files', file)
  const request = new XMLHttpRequest()
  const bar = row.querySelector('progress')
  request.upload.onprogress = ({ loaded, total }) => { if (bar) bar.value = loaded / total }
  request.responseType = 'document'
  return new Promise((resolve) => {
    request.onloadend = () => {
      const signIn = request.getResponseHeader('HX-Redirect')
      if (signIn) location.assign(signIn)
      resolve(request.responseXML)
    }
    request.open('POST', form.action)
    request.setRequestHeader('HX-Request', 'true')
    request.setRequestHeader('HX-Target', 'papers')
    request.send(body)
  })
}

/** @returns {string} what the server says against the file; empty when it was taken */
function wrongWith(/** @type {Document} */ answer) {
  const said = answer.querySelectorAll('[data-paper-error], [data-error-text]')
  if (said.length) return [...said].map((item) => item.textContent?.trim()).join(' ')
  return answer.querySelector('#paper-list') ? '' : ' '
}

function renewList(/** @type {Document} */ answer) {
  for (const id of ['paper-list', 'paper-count']) {
    const fresh = answer.getElementById(id)
    if (fresh) document.getElementById(id)?.replaceWith(fresh)
  }
}

/**
 * @param {HTMLElement} row
 * @param {string} text
 */
function showError(row, text) {
  const error = row.querySelector('[data-error]')
  row.querySelector('progress')?.remove()
  if (!(error instanceof HTMLElement)) return
  if (text.trim()) error.textContent = text
  error.hidden = false
  row.querySelector('[data-dismiss]')?.removeAttribute('hidden')
}
