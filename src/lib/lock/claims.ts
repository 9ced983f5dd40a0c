import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {isDead, type Owner} from './owner.js'

/** One run's claim on the things it touches: one file, written whole. */
export interface Claim {
  id: string
  run: string
  owner: Owner
  things: string[]
  /** `wanted` while its owner still looks for others; `held` afterwards. */
  state: 'wanted' | 'held'
  /** ISO 8601, UTC. */
  since: string
  /** Milliseconds since the epoch; not renewed until then means dead, on whatever host. */
  expires: number
}

/** The claims in a directory. */
export interface Claims {
  write(claim: Claim): Promise<void>
  remove(id: string): Promise<void>
  exists(id: string): Promise<boolean>
  /** Takes a claim away from a live owner, who finds `says` at its next heartbeat. */
  break(id: string, says: string): Promise<void>
  /** Why the claim was taken away; undefined while it was not. */
  broken(id: string): Promise<string | undefined>
  /** Those of live owners. Files of dead and expired ones are removed on the way. */
  live(): Promise<Claim[]>
  /** All of them, and whether their owners still are there. Removes nothing. */
  all(): Promise<{claim: Claim; alive: boolean}[]>
}

export function claims(dir: string, here: Owner, now: () => number): Claims {
  const file = (id: string) => join(dir, `${id}.json`)
  // A mark that stays, so that a heartbeat at the same moment cannot bring the claim back.
  const mark = (id: string) => join(dir, `.${id}.broken`)
  const broken = (id: string) => readFile(mark(id), 'utf8').catch(() => undefined)

  async function all(): Promise<{claim: Claim; alive: boolean}[]> {
    const names = await readdir(dir).catch(() => [])
    const found = await Promise.all(
      names.filter((name) => /^[^.].*\.json$/.test(name)).map((name) => readClaim(join(dir, name))),
    )
    const judged: {claim: Claim; alive: boolean}[] = []
    for (const claim of found) {
      if (!claim || (await broken(claim.id)) !== undefined) continue
      judged.push({claim, alive: claim.expires >= now() && !(await isDead(claim.owner, here))})
    }
    return judged
  }

  return {
    async write(claim) {
      await mkdir(dir, {recursive: true, mode: 0o700})
      const beside = join(dir, `.${claim.id}.new`)
      await writeFile(beside, JSON.stringify(claim), {mode: 0o600})
      await rename(beside, file(claim.id))
    },
    remove: (id) => rm(file(id), {force: true}),
    exists: async (id) => (await readClaim(file(id))) !== undefined,
    async break(id, says) {
      await writeFile(mark(id), says, {mode: 0o600})
      await rm(file(id), {force: true})
    },
    broken,
    all,
    async live() {
      const judged = await all()
      await Promise.all(
        judged.map(({claim, alive}) => (alive ? undefined : rm(file(claim.id), {force: true}))),
      )
      return judged.flatMap(({claim, alive}) => (alive ? [claim] : []))
    },
  }
}

async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Claim
  } catch {
    return undefined
  }
}
