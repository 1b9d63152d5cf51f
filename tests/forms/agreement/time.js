// The page's time: the day stands still, and waiting takes none. Timers and frames run in the order of their due times,
// each in a turn of its own, so that a person who waits for the form to come to rest need not wait.
(() => {
  const now = Number(new URLSearchParams(location.search).get('now'))
  const RealDate = Date
  window.Date = class extends RealDate {
    constructor(...given) {
      if (given.length) super(...given)
      else super(now)
    }

    static now() {
      return now
    }
  }

  const waiting = new Map()
  const channel = new MessageChannel()
  let last = 0
  let clock = 0

  function wait(act, delay = 0, ...given) {
    waiting.set(++last, { due: clock + delay, run: () => act(...given) })
    if (waiting.size === 1) channel.port2.postMessage(null)
    return last
  }

  channel.port1.onmessage = () => {
    let [next] = waiting.keys()
    for (const [id, { due }] of waiting) if (due < waiting.get(next).due) next = id
    if (next === undefined) return
    const { due, run } = waiting.get(next)
    waiting.delete(next)
    clock = due
    if (waiting.size) channel.port2.postMessage(null)
    run()
  }

  window.setTimeout = wait
  window.clearTimeout = (id) => { waiting.delete(id) }
  window.requestAnimationFrame = (act) => wait(() => act(clock), 16)
  window.cancelAnimationFrame = window.clearTimeout

  const turns = new MessageChannel()
  const resting = []
  turns.port1.onmessage = () => resting.shift()()
  const turn = () => new Promise((done) => {
    resting.push(done)
    turns.port2.postMessage(null)
  })

  /** Resolve when the page has nothing left to do. */
  window.atRest = async () => {
    await turn()
    for (let turnsLeft = 1_000; waiting.size; turnsLeft--) {
      if (!turnsLeft) throw new Error('the form never comes to rest')
      await turn()
    }
  }
})()
