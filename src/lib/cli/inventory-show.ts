import {inventoryJsonSchema} from '../inventory/json-schema.js'
import {showInventory, showInventoryYaml} from '../inventory/show.js'
import type {Environment} from './environment.js'
import {inventoryOf} from './inventory.js'

interface Said {
  lines: string[]
  json: unknown
}

export async function inventoryShown(explicit: string | undefined, at: Environment): Promise<Said> {
  const {inventory, source} = await inventoryOf(explicit, at)
  return {lines: [`# ${source}`, showInventoryYaml(inventory).trimEnd()], json: showInventory(inventory)}
}

export function inventorySchemaShown(): Said {
  const schema = inventoryJsonSchema()
  return {lines: [JSON.stringify(schema, null, 2)], json: schema}
}
