import {Command} from '@oclif/core'
import {type Environment, environment} from './environment.js'
import {type CommonFlags, commonFlags} from './flags.js'

/** What every command shares: three flags, and one way in which errors end. */
export abstract class BaseCommand extends Command {
  static override baseFlags = commonFlags

  protected readonly at: Environment = environment()

  /** The target that the flag names, or the only one there is. */
  protected async target(system: 'haproxy', named: string | undefined, flags: CommonFlags): Promise<string> {
    const {chooseTarget} = await import('./inventory.js')
    return await chooseTarget(system, named, flags.inventory, this.at)
  }

  /** The whole of stdout for a command that is no runbook: text for people, or one JSON object. */
  protected print(text: string[], json: unknown, flags: {json: boolean}): void {
    process.stdout.write(
      flags.json ? `${JSON.stringify(json)}\n` : text.length > 0 ? `${text.join('\n')}\n` : '',
    )
  }

  protected override async catch(error: Error): Promise<void> {
    const {endOf} = await import('./errors.js')
    const {finish} = await import('./finish.js')
    const json = this.argv.includes('--json')
    const outcome = endOf(error, this.id ?? '')
    if (error.name === 'InventoryError' && !json) {
      process.stderr.write(`${error.message}\n`)
      outcome.because = []
    }
    finish(outcome, json)
    if (outcome.verdict === 'bug' || this.argv.join(' ').includes('--log-level debug'))
      process.stderr.write(`${error.stack ?? error}\n`)
  }
}
