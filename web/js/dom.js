// Short names for what every part does with the document.
export const find = (selector, root = document) => root.querySelector(selector)
export const all = (selector, root = document) => [...root.querySelectorAll(selector)]
export const byId = (id) => document.getElementById(id)
export const on = (el, types, act) => types.split(" ").forEach((type) => el.addEventListener(type, act))
export const lang = () => document.documentElement.lang
export const parse = (html) => new DOMParser().parseFromString(html, "text/html")

export function set(el, attributes) {
  for (const name in attributes) if (attributes[name] != null) el.setAttribute(name, attributes[name])
  return el
}

export const make = (tag, attributes) => set(document.createElement(tag), attributes)

// say writes a form's status line, which is read aloud when it changes.
export function say(form, text = "", state = "") {
  const line = find("[data-status]", form)
  line.textContent = text
  line.dataset.state = state
}
