// Sends the files of a form with a progress bar, then shows the page the server answers with.
import { byId, find, make, on, parse, say } from "./dom.js"

export function upload(form, enhance) {
  const input = find("[type=file]", form)
  const { max, tooLarge, failed, upload: progress } = form.dataset
  let bar

  function end() {
    bar.remove()
    bar = 0
    say(form, failed, "failed")
  }

  function show(request) {
    const page = parse(request.responseText)
    const main = find("main", page)
    if (!main) return end()
    if (request.status < 300) history.replaceState(null, "", request.responseURL)
    document.title = page.title
    find("main").replaceWith(main)
    enhance(main)
    if (!find("#error-summary")) (byId(input.id) || main).focus()
  }

  function send() {
    const request = new XMLHttpRequest()
    bar = make("progress", { max: 100, "aria-label": input.labels[0].textContent })
    find("[data-status]", form).before(bar)
    request.upload.onprogress = (e) => {
      bar.value = (100 * e.loaded) / e.total
      say(form, progress.replace("{percent}", 10 * Math.floor(bar.value / 10)))
    }
    request.onload = () => show(request)
    request.onerror = end
    request.open("POST", form.action)
    request.send(new FormData(form))
  }

  on(form, "submit", (e) => {
    if (e.submitter?.name === "remove" || !input.files.length) return
    e.preventDefault()
    const big = max && [...input.files].find((f) => f.size > max)
    if (big) say(form, tooLarge.replace("{name}", big.name), "failed")
    else if (!bar) send()
  })
}
