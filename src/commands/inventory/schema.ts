import {BaseCommand} from '../../lib/cli/base-command.js'

export default class InventorySchema extends BaseCommand {
  static override summary = 'Print the JSON Schema of the inventory, for editors'
  static override examples = ['<%= config.bin %> inventory schema > redeye.schema.json']

  async run(): Promise<void> {
    const {flags} = await this.parse(InventorySchema)
    const {inventorySchemaShown} = await import('../../lib/cli/inventory-show.js')
    const {lines, json} = inventorySchemaShown()
    this.print(lines, json, flags)
  }
}
