/** The text of a scrape as numbers by `name{labels}`, and as families. Reads the format by itself, so that no library tests itself. */

export function parseScrape(text) {
  const samples = new Map()
  const families = new Map()
  for (const line of text.split('\n')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind) families.set(name, { ...families.get(name), [kind.toLowerCase()]: rest })
    else if (line !== '' && !line.startsWith('#')) samples.set(...readSample(line))
  }
  return { families, samples, of: (key) => samples.get(key) }
}

function readSample(line) {
  const at = line.lastIndexOf(' ')
  return [line.slice(0, at), Number(line.slice(at + 1))]
}
