import type {z} from 'zod'

type Schema = z.core.JSONSchema.BaseSchema

/** The keys that a JSON Schema knows for the map at this path. */
export function knownKeys(schema: Schema, path: readonly PropertyKey[]): string[] {
  let places = [schema]
  for (const part of path) places = places.flatMap(alternatives).flatMap((place) => below(place, part))
  return places.flatMap(alternatives).flatMap((place) => Object.keys(place.properties ?? {}))
}

function alternatives(schema: Schema): Schema[] {
  return schema.anyOf ? schema.anyOf.filter(isSchema).flatMap(alternatives) : [schema]
}

function below(schema: Schema, part: PropertyKey): Schema[] {
  const next =
    typeof part === 'number'
      ? schema.items
      : (schema.properties?.[String(part)] ?? schema.additionalProperties)
  return isSchema(next) ? [next] : []
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
