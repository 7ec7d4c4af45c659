// The error summary takes the focus, and its links lead to the field with its question in view.
import { byId, find, on } from "./dom.js"

export function errors(root) {
  const summary = find("#error-summary", root)
  if (!summary) return
  if (root !== document) summary.focus() // a new page has autofocus
  on(summary, "click", (e) => {
    const field = e.target.hash && byId(decodeURIComponent(e.target.hash.slice(1)))
    if (!field) return
    e.preventDefault()
    ;(field.closest("fieldset") || field.parentNode).scrollIntoView()
    field.focus({ preventScroll: true })
  })
}
