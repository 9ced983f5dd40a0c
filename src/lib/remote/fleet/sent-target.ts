import type {ResolvedTarget} from '../ssh/target.js'

/** A resolved target as text, for another thread: its passphrase goes as what it is, or as why there is none. */
export async function packTarget(target: ResolvedTarget): Promise<string> {
  return JSON.stringify(await flatten(target))
}

export function unpackTarget(text: string): ResolvedTarget {
  return revive(JSON.parse(text) as SentTarget)
}

type SentTarget = Omit<ResolvedTarget, 'passphrase' | 'jump'> & {
  passphrase?: {text: string} | {problem: string}
  jump?: SentTarget
}

async function flatten({passphrase, jump, ...rest}: ResolvedTarget): Promise<SentTarget> {
  return {
    ...rest,
    ...(passphrase !== undefined && {
      passphrase: await passphrase().then(
        (text) => ({text}),
        (error: Error) => ({problem: error.message}),
      ),
    }),
    ...(jump !== undefined && {jump: await flatten(jump)}),
  }
}

function revive({passphrase, jump, ...rest}: SentTarget): ResolvedTarget {
  return {
    ...rest,
    ...(passphrase !== undefined && {
      passphrase: async () => {
        if ('text' in passphrase) return passphrase.text
        throw new Error(passphrase.problem)
      },
    }),
    ...(jump !== undefined && {jump: revive(jump)}),
  }
}
