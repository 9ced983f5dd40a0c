import {BaseCommand} from '../../lib/cli/base-command.js'

export default class HelpExitCodes extends BaseCommand {
  static override summary = 'Print what every exit code means'

  async run(): Promise<void> {
    const {flags} = await this.parse(HelpExitCodes)
    const {exitCodesShown} = await import('../../lib/cli/exit-codes.js')
    const {lines, json} = exitCodesShown()
    this.print(lines, json, flags)
  }
}
