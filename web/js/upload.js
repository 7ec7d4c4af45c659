// Sends the files of a form piece by piece, goes on where a cut line left off, then shows what the server has kept.
// Loaded with the first form that gives files; without it the form is posted whole.
import { all, find, make, on, parse, say } from "./dom.js"

const SMALLEST = 128 << 10
const LARGEST = 4 << 20
const PAUSES = [1, 2, 4, 8, 15, 20, 20, 20, 30, 30, 30] // seconds, without news

class Refused extends Error {}

const pause = (seconds) =>
  new Promise((done) => {
    setTimeout(done, 1000 * seconds)
    addEventListener("online", done, { once: true })
  })

async function ask(address, body, headers) {
  const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers, redirect: "error", signal: AbortSignal.timeout(120000) })
  if (answer.status >= 500 || answer.status === 429) throw answer
  return answer
}

// What the server says against a file: its own sentence, or the page of the error.
async function refusal(answer) {
  const page = parse(await answer.text())
  return new Refused((find("#refused", page) || find("main p", page) || page.body).textContent.trim())
}

const offset = (answer) => Number(answer.headers.get("Upload-Offset"))

// A file may be of a type by what the system says it is, or by the end of its name.
function fits(file, accept) {
  const types = accept ? accept.split(",") : []
  const end = /\.[^.]+$/.exec(file.name.toLowerCase())
  return !types.length || (!end && !file.type) || types.some((t) => t === file.type || (end && t === end[0]))
}

// One file, to its end. It throws what the server has against it, or what the line suffers.
async function travel(file, form, tell) {
  const { begin } = form.dataset
  const about = { path: find("[name=path]", form).value, name: file.name }
  let address, at
  let size = SMALLEST
  let starts = 0

  async function start() {
    const told = new URLSearchParams({ ...about, type: file.type, size: file.size, modified: file.lastModified })
    if (++starts > 4) throw starts
    const answer = await ask(begin, told)
    if (!answer.ok) throw await refusal(answer)
    address = answer.headers.get("Location")
    at = offset(answer)
  }

  async function piece() {
    const began = performance.now()
    const answer = await ask(address, file.slice(at, at + size), { "Content-Type": "application/octet-stream", "Upload-Offset": at })
    if (answer.status === 404) return (address = "")
    if (!answer.headers.has("Upload-Offset")) throw await refusal(answer)
    at = offset(answer)
    // As much as the line carries in a second or two.
    size = performance.now() - began < 1000 ? Math.min(2 * size, LARGEST) : Math.max(size / 2, SMALLEST)
  }

  // After a cut: where it stands, since the answer to the last piece may be what was lost.
  async function resume() {
    const answer = await ask(address)
    if (answer.status === 404) return (address = "")
    if (!answer.ok) throw await refusal(answer)
    at = offset(answer)
    return answer.headers.get("Upload-Complete")
  }

  async function finish() {
    const answer = await ask(address + "/finish", new URLSearchParams(about))
    if (answer.status === 404) return (address = "")
    if (answer.status === 409) throw answer
    if (!answer.ok) throw await refusal(answer)
    return true
  }

  for (let tries = 0, cut = false; ; ) {
    const before = at
    try {
      if (!address) await start()
      else if (cut && (await resume())) return
      cut = false
      tell(at / file.size)
      if (address && at < file.size) await piece()
      else if (address && (await finish())) return
      if (at > before) tries = 0
    } catch (e) {
      if (e instanceof Refused || tries === PAUSES.length || starts > 4) throw e
      cut = true
      say(form, form.dataset.again, "failed")
      await pause(PAUSES[tries++])
    }
  }
}

export function upload(form, enhance) {
  const input = find("[type=file]", form)
  const { accept } = input
  const { max, left, tooLarge, tooMany, wrong, empty, progress, checking, saved, failed, camera } = form.dataset
  let busy

  // What can be told before anything travels.
  function against(files) {
    if (left && files.length > left) return tooMany
    for (const file of files) {
      const why = (!file.size && empty) || (max && file.size > max && tooLarge) || (!fits(file, accept) && wrong)
      if (why) return why.replace("{name}", file.name)
    }
  }

  // The part of the page that holds the form, as it is now, with the words that were typed.
  async function renew(words, state) {
    const old = form.closest("section") || form
    const page = parse(await (await ask(location.pathname)).text())
    const field = page.getElementById(input.id)
    const next = field && (field.closest("section") || field.form)
    if (!next) return location.reload()
    for (const { id, value } of all("textarea", old)) {
      const now = find("#" + id, next) // none where words are taken no more
      if (now) now.value = value
    }
    old.replaceWith(next)
    enhance(next)
    const now = find("form", next) || next
    setTimeout(say, 100, now, words, state) // a line that is there already is read aloud when it changes
    find("[type=file]", now).focus()
    return now
  }

  // Where the files go with words, the form follows once they have arrived.
  async function send(files, then) {
    const why = against(files)
    if (why) return say(form, why, "failed")
    if (busy || !files.length) return
    busy = true
    const bar = make("progress", { max: files.length, value: 0, "aria-label": input.labels[0].textContent })
    find("[data-status]", form).before(bar)
    const refused = []
    try {
      for (const [n, file] of files.entries()) {
        const tell = (part) => {
          bar.value = n + part
          const line = part < 1 ? progress.replace("{percent}", 10 * Math.floor(10 * part)) : checking
          say(form, line.replace("{name}", file.name))
        }
        await travel(file, form, tell).catch((e) => {
          if (!(e instanceof Refused)) throw e
          refused.push(e.message)
        })
      }
      const now = await renew(refused.join(" ") || saved, refused.length ? "failed" : "")
      if (then && !refused.length) now?.requestSubmit()
    } catch {
      say(form, failed, "failed") // what has arrived waits for another try
    }
    bar.remove()
    busy = false
  }

  // A phone takes the picture by itself, where pictures are taken.
  if (/image/.test(accept) && matchMedia("(pointer: coarse)").matches) {
    const lens = make("input", { type: "file", accept: "image/*", capture: "environment", hidden: "" })
    const button = make("button", { type: "button", class: "govuk-button govuk-button--secondary" })
    button.textContent = camera
    on(button, "click", () => lens.click())
    on(lens, "change", () => send([...lens.files]))
    input.parentNode.append(lens, button)
  }

  const look = () => say(form, against([...input.files]), "failed")
  on(input, "change", look)
  if (input.files.length) look() // chosen before this script came
  on(form, "submit", (e) => {
    if (e.submitter?.name === "remove" || !input.files.length) return
    e.preventDefault()
    send([...input.files], form.dataset.then)
  })
}
