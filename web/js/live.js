// Saves a form while one types, and shows what the server makes of the answers.
// The rules stay on the server: it sends #fragment anew, with the version of what it keeps.
import { all, find, make, on, parse, say } from "./dom.js"

const PAUSE = 1200

// What a fragment asks, whatever has been answered.
const shape = (el) =>
  el.innerHTML.replace(/ (value|checked|selected)(="[^"]*")?/g, "").replace(/(<textarea[^>]*>)[^<]*/g, "$1")

// The answers of a form. The version is none: two saves of the same answers differ by it alone.
function answers(form) {
  const b = new URLSearchParams(new FormData(form))
  b.delete("_version")
  return b + ""
}

// What tells a control from the others of its fragment: a button has no id, but has words.
const mark = (e) => e.id || e.textContent

// Puts a fragment in the place of another, with the focus and the caret where they were.
function swap(old, next, enhance) {
  const { activeElement: active } = document
  const { selectionStart: from, selectionEnd: to } = active
  old.replaceWith(next)
  enhance(next)
  // Of elements with the same words the innermost is last. A focus that is still in the page was elsewhere.
  const again = !active.isConnected && all("*", next).findLast((e) => mark(e) === mark(active))
  if (!again) return
  again.focus({ preventScroll: true })
  if (from != null) again.setSelectionRange(from, to)
}

export function live(form, enhance) {
  const { live: address, saving, saved, unsaved, lapsed, zone } = form.dataset
  const fragment = (root = form) => find("#fragment", root)
  const version = (root) => find("[name=_version]", root)
  let shown = shape(fragment())
  let kept = answers(form)
  let timer, running, stopped, held

  function conflict(page) {
    stopped = true
    say(form)
    const box = make("div", { role: "alert" })
    box.append(...page.body.childNodes)
    form.prepend(box)
    box.scrollIntoView()
  }

  function receive(answer, page, sent, changed) {
    const next = fragment(page)
    if (!next && answer.status === 409) return conflict(page)
    if (!next && !answer.ok) throw answer
    // What is swapped between press and release is never clicked, and what is swapped under a button cannot be sent by it.
    const busy = held || stopped
    kept = busy ? "" : sent
    const field = version(form)
    const still = !busy && answers(form) === sent && !find("[aria-expanded=true]", form)
    if (next && still && (changed || shape(next) !== shown)) {
      shown = shape(next)
      swap(fragment(), next, enhance)
      kept = answers(form)
    } else if (field) field.value = (next && version(next)?.value) || answer.headers.get("X-Guichet-Version") || field.value
    if (!still) later(PAUSE, changed)
    // The hour of the service, as the pages tell it, wherever the device is.
    const [hour, minute] = new Date().toLocaleTimeString("fr", { timeStyle: "short", timeZone: zone }).split(":")
    say(form, answer.ok ? saved.replace("{hour}", hour).replace("{minute}", minute) : "")
  }

  async function send(changed) {
    const sent = answers(form)
    if (sent === kept) return
    // A long line that turned short under a finger would move the button away from it.
    if (find("[data-status]", form).dataset.state !== "failed") say(form, saving)
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Guichet-Fragment": "1" },
        redirect: "manual", // a sign-in page is no saved answer
        signal: AbortSignal.timeout(15000),
      })
      if (answer.status === 401) return say(form, lapsed, "failed")
      receive(answer, parse(await answer.text()), sent, changed)
    } catch {
      say(form, unsaved, "failed")
      later(5 * PAUSE)
    }
  }

  // One save at a time: the next one bears the version that the last one gave.
  function save(changed) {
    clearTimeout(timer)
    if (stopped) return
    if (running) return later(200, changed)
    running = send(changed).finally(() => (running = 0))
  }

  function later(pause, changed) {
    clearTimeout(timer)
    timer = setTimeout(save, pause, changed)
  }

  on(form, "input", () => later(PAUSE))
  on(form, "change", () => save(true))
  on(document, "visibilitychange", () => document.hidden && save())
  on(form, "submit", async (e) => {
    stopped = true
    if (!running) return
    // The page must bear the version of the save under way, or it would conflict with itself.
    e.preventDefault()
    await running
    form.requestSubmit(e.submitter)
  })
  on(document, "pointerdown pointerup pointercancel", (e) => (held = e.type === "pointerdown"))
  // A page come back from the browser's memory is alive again.
  on(window, "pageshow", () => (stopped = false))
}
