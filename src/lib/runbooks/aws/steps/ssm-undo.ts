import type {CommandOrder, CommandRunner} from '../../../systems/aws/node.js'
import {saidNo} from '../../said-no.js'
import {progress} from './ssm-progress.js'

/** Runs a script that takes back what another one did, on one node after the other. */
export interface TakeBack {
  /** The name of the script. */
  says: string
  /** @throws when it ended badly: it is not run again by itself */
  look(node: string, signal: AbortSignal): Promise<{undone: boolean; saw: string}>
  run(node: string, signal: AbortSignal): Promise<void>
}

/**
 * One command for each node, whose comment follows from the run and the node: an undo that was killed finds what it has sent.
 * @param sinceMs when the run began, milliseconds since the epoch: its undo is younger
 */
export function takeBackBy(
  runner: CommandRunner,
  order: Omit<CommandOrder, 'nodes' | 'comment'>,
  {token, sinceMs, says}: {token: string; sinceMs: number; says: string},
): TakeBack {
  const ids = new Map<string, string>()
  const commentOf = (node: string) => `redeye ${token} undo ${node}`
  const idOf = async (node: string, signal: AbortSignal) => {
    const id = ids.get(node) ?? (await runner.findCommand(commentOf(node), sinceMs, signal))
    if (id !== null) ids.set(node, id)
    return id
  }
  return {
    says,
    async look(node, signal) {
      const id = await idOf(node, signal)
      if (id === null) return {undone: false, saw: 'not taken back'}
      const seen = (await runner.invocations(id, signal)).find((one) => one.node === node)
      if (!seen) return {undone: false, saw: 'nothing is known of its undo yet'}
      const {reached, saw, hopeless} = progress(seen, (output) => output.trim() || 'taken back')
      if (hopeless) throw saidNo(`the undo script did not run: ${saw}`, 'undo-not-run')
      return {undone: reached, saw}
    },
    async run(node, signal) {
      if ((await idOf(node, signal)) !== null) return
      ids.set(node, await runner.sendCommand({...order, nodes: [node], comment: commentOf(node)}, signal))
    },
  }
}
