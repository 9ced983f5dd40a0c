import {BaseCommand} from '../../lib/cli/base-command.js'

export default class InventoryCheck extends BaseCommand {
  static override summary = 'Check the inventory: every problem with its line and column'

  async run(): Promise<void> {
    const {flags} = await this.parse(InventoryCheck)
    const {inventoryOf} = await import('../../lib/cli/inventory.js')
    const {inventory, source} = await inventoryOf(flags.inventory, this.at)
    const counts = Object.entries(inventory).map(([system, targets]) => ({
      system,
      targets: Object.keys(targets),
    }))
    const lines = counts
      .filter(({targets}) => targets.length > 0)
      .map(({system, targets}) => `  ${system}: ${targets.join(', ')}`)
    this.print(
      [`${source} is fine`, ...lines],
      {source, targets: Object.fromEntries(counts.map((one) => [one.system, one.targets]))},
      flags,
    )
  }
}
