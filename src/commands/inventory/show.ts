import {BaseCommand} from '../../lib/cli/base-command.js'

export default class InventoryShow extends BaseCommand {
  static override summary = 'Show the inventory as redeye understands it; secrets stay references'

  async run(): Promise<void> {
    const {flags} = await this.parse(InventoryShow)
    const {inventoryShown} = await import('../../lib/cli/inventory-show.js')
    const {lines, json} = await inventoryShown(flags.inventory, this.at)
    this.print(lines, json, flags)
  }
}
