// Does the work that keeps machines from filling in a form by the thousand, while its person fills it in. Nothing leaves for
// anybody but this service. Where the work cannot be done the form is sent without: it is then taken for its age.
import "altcha/external"
import { all, find, on } from "./dom.js"

const { algorithms, i18n } = globalThis.$altcha
const fresh = 8 * 60_000 // ms: a solution is good for ten minutes
const twice = 3_000 // ms in which a second press is taken for the first

function proof(box) {
  const widget = find("altcha-widget", box)
  const form = box.closest("form")
  const { words, worker } = widget.dataset
  let working, at, sending, waiting, tried
  algorithms.set("PBKDF2/SHA-256", () => new Worker(worker))
  i18n.set(widget.getAttribute("language"), { ...i18n.get("en"), ...JSON.parse(words) })

  const done = () => widget.getState() === "verified" && performance.now() - at < fresh
  // One work at a time, whoever asks for it.
  const work = () => (working ??= widget.verify().catch(() => null).finally(() => (working = null)))
  on(widget, "verified", () => (at = performance.now()))
  on(form, "focusin", () => widget.getState() === "unverified" && work())
  on(window, "pageshow", () => (sending = tried = false))
  on(form, "submit", async (event) => {
    if (done() || tried) {
      if (sending) event.preventDefault()
      else setTimeout(() => (sending = tried = false), twice)
      sending = true
      return
    }
    event.preventDefault()
    if (waiting) return
    waiting = true
    await work()
    waiting = false
    tried = true // and sent without, where it failed
    form.requestSubmit(event.submitter)
  })
}

customElements.whenDefined("altcha-widget").then(() => all("[data-proof]").forEach(proof))
