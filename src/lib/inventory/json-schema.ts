import {z} from 'zod'
import {inventorySchema} from './schema.js'

/** JSON Schema (draft 2020-12) of the file as it is written, for editors. */
export function inventoryJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(inventorySchema, {io: 'input'})
}
