// Makes a long select searchable: an editable combobox with a list box, after the ARIA pattern.
// The select stays in the form, unseen, and bears the answer.
import { make, on, set } from "./dom.js"

// Letters without accents or case; apostrophes and hyphens are blanks.
export const fold = (s) =>
  s.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’'\-\s]+/g, " ").toLowerCase().trim()

// Finds the options that contain what was typed; those that begin with it come first.
export function matches(options, typed) {
  const q = fold(typed)
  const rank = (o) => fold(o.label).indexOf(q)
  return options.filter((o) => rank(o) >= 0).sort((a, b) => !!rank(a) - !!rank(b))
}

export function combobox(select) {
  const { id, dataset } = select
  const options = [...select.options].filter((o) => o.value)
  const input = make("input", {
    id,
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    class: select.className.replace(/govuk-select/g, "govuk-input"),
    "aria-autocomplete": "list",
    "aria-controls": id + "-list",
    "aria-describedby": select.getAttribute("aria-describedby"),
    "aria-invalid": select.getAttribute("aria-invalid"),
  })
  const list = make("ul", {
    id: id + "-list",
    role: "listbox",
    class: "guichet-combo__list",
    "aria-label": select.labels[0].textContent.trim(),
  })
  const status = make("span", { role: "status", class: "govuk-visually-hidden" })
  const box = make("div", { class: "guichet-combo" })
  select.id = id + "-select"
  select.hidden = true
  select.before(box)
  box.append(input, list, status)

  const label = () => (select.value ? select.selectedOptions[0].label : "")
  let shown, at

  function state(isOpen) {
    at = -1
    list.hidden = !isOpen
    set(input, { "aria-expanded": isOpen, "aria-activedescendant": "" })
  }

  function open(typed) {
    shown = matches(options, typed)
    list.replaceChildren(...shown.map((o, i) => {
      const li = make("li", { id: list.id + i, role: "option", class: "guichet-combo__option" })
      li.textContent = o.label
      return li
    }))
    state(shown.length > 0)
    status.textContent = shown.length ? dataset.found.replace("{n}", shown.length) : dataset.search
  }

  const openWhole = () => list.hidden && open(input.value === label() ? "" : input.value)

  function move(step) {
    openWhole()
    const n = shown.length
    if (!n) return
    if (at >= 0) set(list.children[at], { "aria-selected": false })
    at = at < 0 && step < 0 ? n - 1 : (at + step + n) % n
    const li = set(list.children[at], { "aria-selected": true })
    li.scrollIntoView({ block: "nearest" })
    set(input, { "aria-activedescendant": li.id })
  }

  function choose(option) {
    state(false)
    if (option) input.value = option.label
    const value = option ? option.value : ""
    if (select.value === value) return
    select.value = value
    select.dispatchEvent(new Event("change", { bubbles: true }))
  }

  // Leaving takes the option one is on, else the one that the typed words name; other words choose nothing.
  function leave() {
    const typed = fold(input.value)
    if (at >= 0) return choose(shown[at])
    if (input.value === label()) return state(false)
    const found = typed ? matches(options, typed) : []
    choose(found.find((o) => fold(o.label) === typed) || (found.length === 1 && found[0]))
  }

  on(input, "keydown", (e) => {
    const { key } = e
    const step = { ArrowDown: 1, ArrowUp: -1 }[key]
    if (step) move(step)
    else if (list.hidden || (key !== "Enter" && key !== "Escape")) return
    else if (key === "Enter") leave()
    else state(false)
    e.preventDefault()
  })
  on(input, "input", () => open(input.value))
  on(input, "click", openWhole)
  on(input, "blur", leave)
  on(list, "mousedown", (e) => e.preventDefault())
  on(list, "click", (e) => {
    const i = [...list.children].indexOf(e.target)
    if (i >= 0) choose(shown[i])
  })
  input.value = label()
  state(false)
}
