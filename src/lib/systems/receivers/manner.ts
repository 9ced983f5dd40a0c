import type {SignIn} from '../../remote/fleet/messages.js'
import {whyOpenssh} from '../../remote/openssh/why.js'
import {readKeyFile} from '../../remote/ssh/key-file.js'

/** How the hosts of a fleet are signed in to; plain JSON. */
export type Manner = {
  /** Why the OpenSSH program does it, and not this one; empty where not. */
  openssh: string
  /** Why an agent signs, one host after the other; empty where a key file does. */
  agent: string
}

export async function mannerOf({identityFiles, agentSocket, uid}: SignIn): Promise<Manner> {
  const openssh = await whyOpenssh(identityFiles)
  if (openssh !== '' || agentSocket === undefined) return {openssh, agent: ''}
  const files = await Promise.all(identityFiles.map((path) => readKeyFile(path, uid)))
  if (files.some(({key}) => key !== undefined)) return {openssh, agent: ''}
  const problems = files.map(({path, problem, missing}) => problem ?? (missing ? `${path} is not there` : ''))
  return {openssh, agent: problems.find((one) => one !== '') ?? 'no key file is named'}
}
