// Tells, once the typing pauses, how many characters are left in a textarea.
import { find, lang, on, set } from "./dom.js"

export function count(group) {
  const area = find("textarea", group)
  const info = set(find(".govuk-character-count__message", group), { "aria-live": "polite" })
  let timer
  const tell = () => {
    const left = group.dataset.count - [...area.value].length
    const n = Math.abs(left)
    const one = n === 1 || (!n && lang() === "fr")
    info.textContent = group.dataset[(left < 0 ? "over" : "left") + (one ? "One" : "Other")].replace("{n}", n.toLocaleString(lang()))
    info.classList.toggle("govuk-error-message", left < 0)
  }
  on(area, "input", () => {
    clearTimeout(timer)
    timer = setTimeout(tell, 500)
  })
  if (area.value) tell()
}
