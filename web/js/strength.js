// Says, once the typing pauses, what the service thinks of the password that is being chosen.
import { find, make, on } from "./dom.js"

export function strength(input) {
  const box = make("div", { class: "guichet-strength", hidden: "" })
  const bar = make("meter", { min: 0 })
  const said = make("p", { class: "govuk-hint", role: "status" })
  box.append(bar, said)
  input.after(box)
  let timer
  const weigh = async () => {
    const password = input.value
    if (!password) return (box.hidden = true)
    const body = new URLSearchParams({ password, email: find("[name=email]", input.form)?.value ?? "" })
    try {
      const answer = await fetch(input.dataset.weigh, { method: "POST", body, redirect: "error" })
      const it = await answer.json()
      if (!answer.ok || password !== input.value) return
      bar.ariaLabel = it.label
      Object.assign(bar, { max: it.full, low: it.wanted, high: it.wanted * 1.5, optimum: it.full, value: it.bits })
      box.hidden = false
      said.textContent = it.said
    } catch {
      box.hidden = true // the form says it when it is sent
    }
  }
  on(input, "input", () => {
    clearTimeout(timer)
    timer = setTimeout(weigh, 400)
  })
}
