import {BaseCommand} from '../../lib/cli/base-command.js'

export default class LabScore extends BaseCommand {
  static override summary = 'Say what was broken, what you did, and what clients saw'
  static override description =
    `Of everything that was broken since the lab came up. Runs come from their journals: what only reads, and what was refused, has none. Clients are counted second by second, from the break until it was over.

Exit 13 while something is still broken.`
  static override examples = [
    '<%= config.bin %> lab score',
    "<%= config.bin %> lab score --json | jq '.breaks[-1].says'",
  ]

  async run(): Promise<void> {
    const {flags} = await this.parse(LabScore)
    const {labScoreCommand} = await import('../../lib/cli/lab/score.js')
    const {lines, json} = await labScoreCommand(this.at)
    this.print(lines, json, flags)
  }
}
