// Builds web/static/dist from scss/ and js/: one style sheet and one script for each door.
// Addresses get the hash of their content from the server, which also adds the configured colours.
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import * as sass from "sass"
import { passwords } from "./passwords.mjs"

const here = new URL("./", import.meta.url).pathname
const dist = here + "static/dist/"

// At most this many bytes: gzip for style, as sent; minified for scripts, as written.
const limits = { "app.css": 20_480, "desk.css": 20_480, "app.js": 6_144, "desk.js": 8_192, "upload.js": 4_096, "passkey.js": 2_048,
  "proof.js": 94_208, "proof-worker.js": 4_096, "proof.css": 4_096 }

// Loaded by a page that needs it.
const parts = ["upload", "passkey", "proof"]

// Made by others, as they are.
const foreign = { "proof-worker": "altcha/dist/workers/pbkdf2.js", "proof.css": "altcha/dist/external/altcha.css" }

function style(name) {
  const { css } = sass.compile(`${here}scss/${name}.scss`, {
    loadPaths: [here + "node_modules"],
    quietDeps: true,
    style: "compressed",
  })
  return withoutCrest(css)
}

const sheet = async (name, stem) => (foreign[name] ? readFile(`${here}node_modules/${foreign[name]}`, "utf8") : style(stem))

// The footer's part draws a crest that is not ours to show; nothing else of it names that class.
function withoutCrest(css) {
  const bare = css.replace(/[^{}@]*copyright-logo[^{}]*\{[^{}]*\}/g, "")
  if (bare.includes("crest")) throw new Error("a crest is still in the style")
  return bare
}

async function script(name) {
  const { outputFiles } = await build({
    entryPoints: [foreign[name] ? `${here}node_modules/${foreign[name]}` : `${here}js/${name}.js`],
    bundle: true,
    format: parts.includes(name) ? "esm" : "iife",
    minify: true,
    target: "es2022",
    write: false,
  })
  return outputFiles[0].text
}

await mkdir(dist, { recursive: true })
for (const [name, limit] of Object.entries(limits)) {
  const [stem, kind] = name.split(".")
  const out = kind === "css" ? await sheet(name, stem) : await script(stem)
  const zipped = gzipSync(out, { level: 9 }).length
  await writeFile(dist + name, out)
  console.log(`${name}: ${out.length} bytes, ${zipped} gzip`)
  if ((kind === "css" ? zipped : out.length) > limit) {
    console.error(`${name} is over its limit of ${limit} bytes`)
    process.exitCode = 1
  }
}
console.log(`passwords.bin: ${await passwords(here + "node_modules/", dist + "passwords.bin")} words`)
