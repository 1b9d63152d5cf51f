// Sending a file or a form to the server, which answers JSON.

/**
 * Never throws: an answer that did not come has status 0, one that is no JSON (such as the sign-in page) is not ok.
 * @param {string} address
 * @param {string | Blob | URLSearchParams} body XML, a file of it, or the fields of a form
 * @param {string} token
 * @returns {Promise<{ ok: boolean, status: number, body: any }>}
 */
export async function send(address, body, token) {
  const headers = new Headers({ Accept: 'application/json', 'X-CSRFToken': token })
  if (!(body instanceof URLSearchParams)) headers.set('Content-Type', 'application/xml')
  try {
    const answer = await fetch(address, { method: 'POST', headers, body })
    const isJson = (answer.headers.get('Content-Type') ?? '').includes('json')
    return { ok: answer.ok && isJson, status: answer.status, body: isJson ? await answer.json() : null }
  } catch {
    return { ok: false, status: 0, body: null }
  }
}
