// Builds static/dist/passwords.bin: breached passwords and words that people make them of, as the server looks them up
// (internal/strength): entries in order of five bytes of SHA-256 and one of 16 × log2(rank).
import { createHash } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"

const lists = ["language-common/src/passwords", "language-fr/src/commonWords", "language-fr/src/firstnames", "language-fr/src/lastnames"]

export async function passwords(modules, file) {
  const ranks = new Map()
  for (const list of lists) {
    const words = JSON.parse(await readFile(`${modules}@zxcvbn-ts/${list}.json`, "utf8"))
    if (words.length < 1000) throw new Error(`${list} is not a list of words any more`)
    words.forEach((word, i) => {
      const plain = word.normalize("NFC").toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
      if (plain.length >= 3 && i + 1 < (ranks.get(plain) ?? Infinity)) ranks.set(plain, i + 1)
    })
  }
  const entries = [...ranks].map(([word, rank]) => {
    const hash = createHash("sha256").update(word).digest().subarray(0, 5)
    return Buffer.concat([hash, Buffer.from([Math.min(255, Math.round(16 * Math.log2(rank)))])])
  })
  entries.sort(Buffer.compare)
  await writeFile(file, Buffer.concat(entries))
  return ranks.size
}
