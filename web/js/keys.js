// Keyboard shortcuts of the desk. They rest while one types, and can be switched off in their own help.
import { all, byId, find, on } from "./dom.js"

const OFF = "guichet-keys-off"

function walk(step) {
  const links = all("tr[data-row]").map((row) => find("a", row)).filter(Boolean)
  const here = links.findIndex((a) => a.closest("tr").contains(document.activeElement))
  const to = here < 0 && step < 0 ? links.length - 1 : here + step
  links[to]?.focus()
}

export function keys() {
  const enabled = byId("keys-on")
  const acts = {
    j: () => walk(1),
    k: () => walk(-1),
    "/": () => find('[data-key="/"]')?.focus(),
    "?": () => byId("keys").togglePopover(),
  }
  byId("keys-open").hidden = false
  enabled.checked = !localStorage[OFF]
  on(enabled, "change", () => (enabled.checked ? delete localStorage[OFF] : (localStorage[OFF] = "1")))
  on(document, "keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]")
    if (!enabled.checked || typing || e.ctrlKey || e.metaKey || e.altKey || !acts[e.key]) return
    e.preventDefault()
    acts[e.key]()
  })
}
