/** The answers of `ssh -G`: lower-case keyword to its values, one per line, in order. */
export type OpenSshConfig = ReadonlyMap<string, readonly string[]>

export function parseConfigDump(text: string): OpenSshConfig {
  const config = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) ?(.*)$/.exec(line) ?? []
    if (keyword === undefined || value === undefined) continue
    config.set(keyword, [...(config.get(keyword) ?? []), value])
  }
  return config
}

/** The first value, unless it is `none`, which is how OpenSSH spells "not set". */
export function setting(config: OpenSshConfig, keyword: string): string | undefined {
  const value = config.get(keyword)?.[0]
  return value === undefined || value === '' || value === 'none' ? undefined : value
}

/** The files of a list such as `userknownhostsfile`: separated by spaces, quoted where they contain some. */
export function files(config: OpenSshConfig, keyword: string): string[] {
  const words = (config.get(keyword) ?? []).flatMap((line) => line.match(/"[^"]*"|\S+/g) ?? [])
  return words.map((word) => word.replace(/^"(.*)"$/, '$1')).filter((word) => word !== 'none')
}

/**
 * Expands `~` and the percent tokens that `ssh -G` leaves in IdentityFile (ssh_config(5), TOKENS). A token we do not
 * know stays: the file is then not found, and named in the error.
 */
export function expandPath(path: string, tokens: Readonly<Record<string, string>>): string {
  const home = tokens.d ?? ''
  const expanded = path.replace(/%(.)/g, (whole, token: string) =>
    token === '%' ? '%' : (tokens[token] ?? whole),
  )
  return expanded.replace(/^~(?=\/|$)/, () => home)
}
