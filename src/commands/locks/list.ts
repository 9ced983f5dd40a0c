import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LocksList extends BaseCommand {
  static override summary = 'List what is locked now, by whom and by which run'

  async run(): Promise<void> {
    const {flags} = await this.parse(LocksList)
    const {listLocks} = await import('../../lib/cli/locks.js')
    const {lines, json} = await listLocks(this.at)
    this.print(lines, json, flags)
  }
}
