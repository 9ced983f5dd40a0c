import type {OpenSSHAgent, ParsedKey} from 'ssh2'

/** The keys an agent holds and can sign with. An agent that does not answer has none, and says why. */
export interface AgentKeys {
  keys: ParsedKey[]
  problem?: string
}

export async function agentKeys(socket: string | undefined, signal: AbortSignal): Promise<AgentKeys> {
  if (socket === undefined) return {keys: []}
  const {default: ssh2} = await import('ssh2')
  return new Promise((settle) => {
    const silent = () => settle({keys: [], problem: `the agent at ${socket} does not answer`})
    if (signal.aborted) return silent()
    signal.addEventListener('abort', silent, {once: true})
    new ssh2.OpenSSHAgent(socket).getIdentities((error, keys) => {
      signal.removeEventListener('abort', silent)
      // The declared type allows entries that OpenSSHAgent never makes.
      if (error) silent()
      else settle({keys: (keys ?? []) as ParsedKey[]})
    })
  })
}

/** The agent showing one of its keys: each attempt to sign in is then one key, and ours to order. */
export async function agentWith(key: ParsedKey, socket: string): Promise<OpenSSHAgent> {
  const {default: ssh2} = await import('ssh2')
  const agent = new ssh2.OpenSSHAgent(socket)
  agent.getIdentities = (done) => done(null, [key])
  return agent
}
