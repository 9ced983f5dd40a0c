import {BaseCommand} from './base-command.js'
import {type ChangeFlags, changeFlags, commonFlags, planFlags} from './flags.js'

/** A command that performs one runbook. It parses, names the runbook and its input, and hands over. */
export abstract class RunbookCommand extends BaseCommand {
  static override baseFlags = {...commonFlags, ...changeFlags, ...planFlags}

  /** @param input what the runbook's own schema checks */
  protected async perform(id: string, input: unknown, flags: ChangeFlags): Promise<void> {
    const [{RUNBOOKS}, {performRunbook}] = await Promise.all([
      import('./registry.js'),
      import('./perform.js'),
    ])
    const load = RUNBOOKS[id]
    if (!load) throw new Error(`no runbook ${id}`)
    await performRunbook(await load(), {input}, flags, this.at, this.config.version)
  }
}
