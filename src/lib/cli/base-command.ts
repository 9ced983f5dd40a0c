import {Command} from '@oclif/core'
import type {System} from '../inventory/schema.js'
import {harmlessJson} from '../text/clean.js'
import {type Environment, environment} from './environment.js'
import {type CommonFlags, commonFlags} from './flags.js'
import {secrets} from './secrets.js'
import type {Within} from './within.js'

/** What every command shares: three flags, and one way in which errors end. */
export abstract class BaseCommand extends Command {
  static override baseFlags = commonFlags

  protected at: Environment = environment()

  /** Runs as a part of something else: what it asks and prints goes there, and so do its errors. */
  async runWithin(at: Environment & {within: Within}): Promise<void> {
    this.at = at
    await this.run()
  }

  /** The target that the flag names, or the only one there is. */
  protected async target(system: System, named: string | undefined, flags: CommonFlags): Promise<string> {
    const {chooseTarget} = await import('./inventory.js')
    return await chooseTarget(system, named, flags.inventory, this.at)
  }

  /** The whole of stdout for a command that is no runbook: text for people, or one JSON object. */
  protected print(text: string[], json: unknown, flags: {json: boolean}): void {
    if (this.at.within) this.at.within.show(text)
    else if (flags.json) process.stdout.write(`${harmlessJson(secrets.redactAll(json))}\n`)
    else if (text.length > 0) process.stdout.write(secrets.redact(`${text.join('\n')}\n`))
  }

  protected override async catch(error: Error): Promise<void> {
    const {endOf} = await import('./errors.js')
    const {finish} = await import('./finish.js')
    const json = this.argv.includes('--json')
    const outcome = endOf(error, this.id ?? '')
    if (error.name === 'InventoryError' && !json) {
      process.stderr.write(secrets.redact(`${error.message}\n`))
      outcome.because = []
    }
    finish(outcome, json)
    if (outcome.verdict === 'bug' || this.argv.join(' ').includes('--log-level debug'))
      process.stderr.write(secrets.redact(`${error.stack ?? error}\n`))
  }
}
