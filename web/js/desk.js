// What the agents' pages gain with a script.
import { combobox } from "./combobox.js"
import { count } from "./count.js"
import { all } from "./dom.js"
import { errors } from "./errors.js"
import { keys } from "./keys.js"

errors(document)
all("[data-count]").forEach(count)
all("select[data-search]").forEach(combobox)
keys()
