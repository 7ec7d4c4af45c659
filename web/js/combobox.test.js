import assert from "node:assert/strict"
import { test } from "node:test"
import { fold, matches } from "./combobox.js"

const names = (typed) =>
  matches(["Côte d’Ivoire", "États-Unis", "Émirats arabes unis", "Îles Féroé", "Monaco"].map((label) => ({ label })), typed).map((o) => o.label)

test("accents, case, apostrophes and hyphens do not matter", () => {
  assert.equal(fold("  CÔTE  d'ivoire "), fold("côte d’Ivoire"))
  assert.deepEqual(names("etats unis"), ["États-Unis"])
  assert.deepEqual(names("COTE D'I"), ["Côte d’Ivoire"])
})

test("what begins with the words comes before what contains them", () => {
  assert.deepEqual(names("e").slice(0, 2), ["États-Unis", "Émirats arabes unis"])
  assert.ok(names("e").includes("Îles Féroé"))
  assert.deepEqual(names("zz"), [])
  assert.equal(names("").length, 5)
})
