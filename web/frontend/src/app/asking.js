// Requests of uploads: with progress, which fetch does not tell, and with what went wrong as a value.

export const GONE = 404
export const OUT_OF_PLACE = 409
const MAY_PASS = [408, 429, 500, 502, 503, 504]

/**
 * @typedef {{ ok: boolean, status: number, body: any, mayPass: boolean, text: string }} Answer
 * `mayPass`: it may work later, as when the line broke. `text`: what the server says against it, empty when it said nothing.
 */

/**
 * Ask the server; an answer always comes, status 0 when the line broke.
 * @param {string} method
 * @param {string} url
 * @param {{ body?: XMLHttpRequestBodyInit, headers?: Record<string, string>, type?: XMLHttpRequestResponseType,
 *   onSent?: (sent: number) => void, signal?: AbortSignal }} [more]
 * @returns {Promise<Answer>}
 */
export function ask(method, url, { body, headers = {}, type = 'json', onSent, signal } = {}) {
  const request = new XMLHttpRequest()
  request.responseType = type
  request.open(method, url)
  if (type === 'json') request.setRequestHeader('Accept', 'application/json')
  for (const [name, value] of Object.entries({ 'HX-Request': 'true', ...headers })) request.setRequestHeader(name, value)
  if (onSent) request.upload.onprogress = ({ loaded }) => onSent(loaded)
  signal?.addEventListener('abort', () => request.abort())
  return new Promise((resolve) => {
    request.onloadend = () => {
      const signIn = request.getResponseHeader('HX-Redirect')
      if (signIn) location.assign(signIn)
      resolve(answerOf(request))
    }
    request.send(body)
  })
}

/** @returns {Answer} */
function answerOf(/** @type {XMLHttpRequest} */ request) {
  const { status, response } = request
  return {
    ok: status >= 200 && status < 300 && Boolean(response || status === 204),
    status,
    body: response,
    mayPass: !status || MAY_PASS.includes(status),
    text: textOf(response),
  }
}

function textOf(/** @type {any} */ response) {
  if (!(response instanceof Document)) return String(response?.detail ?? '')
  const said = response.querySelectorAll('[data-paper-error], [data-error-text]')
  return [...said].map((item) => item.textContent?.trim()).join(' ')
}
