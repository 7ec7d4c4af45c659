// Asks the device for a passkey and posts what it answers with the form. Pages with such a form also offer another way.
import { all, find, on, say } from "./dom.js"

const read = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0))
const write = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const known = (list) => (list || []).map((one) => ({ ...one, id: read(one.id) }))

// The question, with bytes where the page has letters.
function question({ publicKey }) {
  const asked = { ...publicKey, challenge: read(publicKey.challenge) }
  if (asked.user) Object.assign(asked, { user: { ...asked.user, id: read(asked.user.id) }, excludeCredentials: known(asked.excludeCredentials) })
  else asked.allowCredentials = known(asked.allowCredentials)
  return { publicKey: asked }
}

// The answer, with letters where the device has bytes.
function answer(key) {
  const { response } = key
  const out = { clientDataJSON: write(response.clientDataJSON) }
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[part]) out[part] = write(response[part])
  if (response.getTransports) out.transports = response.getTransports()
  return JSON.stringify({ id: key.id, rawId: write(key.rawId), type: key.type, response: out, clientExtensionResults: key.getClientExtensionResults() })
}

function passkey(form) {
  form.hidden = false
  on(form, "submit", async (event) => {
    event.preventDefault()
    const { wait, failed } = find("[data-status]", form).dataset
    say(form, wait)
    try {
      form.elements.passkey.value = answer(await navigator.credentials[form.dataset.passkey](question(JSON.parse(form.dataset.options))))
    } catch {
      return say(form, failed, "failed")
    }
    form.submit()
  })
}

if (window.PublicKeyCredential) all("[data-passkey]").forEach(passkey)
else all("[data-passkey-none]").forEach((line) => (line.hidden = false))
