// What the applicants' pages gain with a script. Every act works without it.
import { combobox } from "./combobox.js"
import { count } from "./count.js"
import { all } from "./dom.js"
import { errors } from "./errors.js"
import { live } from "./live.js"
import { strength } from "./strength.js"

function enhance(root) {
  errors(root)
  all("[data-count]", root).forEach(count)
  all("form[data-live]", root).forEach((form) => live(form, enhance))
  all("select[data-search]", root).forEach(combobox)
  all("[data-weigh]", root).forEach(strength)
  all("form[data-upload]", root).forEach((form) => import(form.dataset.upload).then((part) => part.upload(form, enhance)))
}

enhance(document)
