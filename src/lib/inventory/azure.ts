import {z} from 'zod'

const guid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, {
  error: 'expected an id such as 11111111-2222-3333-4444-555555555555',
})

/** One subscription. Who signs in is said by Azure's own conventions (az login, AZURE_*), never here. */
export const azureTarget = z.strictObject({
  subscription: guid,
  tenant: guid.meta({description: 'of the sign-in, where it is not the default one'}).exactOptional(),
  group: z.string().min(1).meta({description: 'resource group, where a command names none'}).exactOptional(),
  cloud: z.enum(['public', 'china', 'usgov']).meta({description: 'default: public'}).exactOptional(),
  endpoint: z
    .string()
    .regex(/^https:\/\/[^/\s]+$/, {error: 'expected https://HOST or https://HOST:PORT'})
    .meta({description: 'of the resource manager, where it is reached elsewhere (a private endpoint, a lab)'})
    .exactOptional(),
  ca: z
    .string()
    .min(1)
    .meta({description: 'PEM file, beside the authorities that Node.js knows'})
    .exactOptional(),
  poll: z
    .string()
    .regex(/^\d+(ms|s|m)$/, {error: 'expected a time such as 15s'})
    .meta({description: 'between two questions about an operation, where Azure says nothing (default: 15s)'})
    .exactOptional(),
})

export type AzureTarget = z.output<typeof azureTarget>

/** As it is written in the inventory. */
export function showAzureTarget(target: AzureTarget): z.input<typeof azureTarget> {
  return target
}
