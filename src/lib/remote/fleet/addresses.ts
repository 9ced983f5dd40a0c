import {promises as dns} from 'node:dns'
import {readFile} from 'node:fs/promises'
import {isIP} from 'node:net'

/** The address of a host, by name; each name is asked for once. @throws with the code of the resolver */
export type Addresses = (name: string) => Promise<string>

/**
 * The system's resolver answers four names at a time: 30,000 names would take minutes. So names are looked up in the hosts
 * file, then by our own queries to the name servers, and by the system's resolver only when those know nothing.
 */
export function addresses(hostsFile = '/etc/hosts'): Addresses {
  const known = new Map<string, Promise<string>>()
  const resolver = new dns.Resolver({timeout: 2000, tries: 2})
  let local: Promise<Map<string, string>> | undefined
  const find = async (name: string) => {
    local ??= readHosts(hostsFile)
    const here = (await local).get(name)
    if (here !== undefined) return here
    // A name without a dot is completed by the search list, which is the system's business.
    const asked = name.includes('.') ? await ask(resolver, name) : undefined
    return asked ?? (await dns.lookup(name)).address
  }
  return (address) => {
    if (isIP(address)) return Promise.resolve(address)
    const name = address.toLowerCase()
    let answer = known.get(name)
    if (answer === undefined) {
      answer = find(name)
      known.set(name, answer)
      // What could not be found is asked for again the next time.
      answer.catch(() => known.delete(name))
    }
    return answer
  }
}

async function ask(resolver: dns.Resolver, name: string): Promise<string | undefined> {
  const nothing = () => []
  const [four] = await resolver.resolve4(name).catch(nothing)
  if (four !== undefined) return four
  const [six] = await resolver.resolve6(name).catch(nothing)
  return six
}

async function readHosts(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (isIP(address))
      for (const name of names) if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), address)
  }
  return found
}
