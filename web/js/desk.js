// What the agents' pages gain with a script.
import { combobox } from "./combobox.js"
import { count } from "./count.js"
import { all } from "./dom.js"
import { errors } from "./errors.js"
import { keys } from "./keys.js"
import { strength } from "./strength.js"

errors(document)
all("[data-count]").forEach(count)
all("select[data-search]").forEach(combobox)
all("[data-weigh]").forEach(strength)
// On a phone the answers are a list of headings that unfold.
if (matchMedia("(max-width: 40em)").matches) all("[data-fold]").forEach((d) => (d.open = false))
keys()
