import type {ServerView, Snapshot} from './snapshot.js'

/** Every server that takes its state from this one, directly or through another follower. */
export function followers(snapshot: Snapshot, backend: string, server: string): ServerView[] {
  const all = Object.values(snapshot.backends).flatMap((one) => Object.values(one.servers))
  const found = new Map<string, ServerView>()
  const follow = (leader: string) => {
    for (const view of all) {
      const name = `${view.backend}/${view.name}`
      if (view.tracks !== leader || found.has(name)) continue
      found.set(name, view)
      follow(name)
    }
  }
  follow(`${backend}/${server}`)
  return [...found.values()]
}
