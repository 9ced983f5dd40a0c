import {z} from 'zod'
import {secretRef} from './secret.js'

const WANTED = 'expected https://HOST or https://HOST:PORT, with /sdk or nothing behind it'

const url = z
  .string()
  .superRefine((text, context) => {
    const problem = urlProblem(text)
    if (problem !== undefined) context.addIssue({code: 'custom', message: problem})
  })
  .meta({description: 'of the vCenter, or of one ESXi host', examples: ['https://vc.example.net/sdk']})

/** SHA-256 is 32 bytes, SHA-1 is 20. */
const thumbprint = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2}(?::?[0-9a-fA-F]{2}){19}|[0-9a-fA-F]{2}(?::?[0-9a-fA-F]{2}){31})$/, {
    error:
      'a thumbprint is the SHA-256 (32 bytes) or SHA-1 (20 bytes) of the certificate in hexadecimal, colons optional',
  })

/** One vCenter or ESXi host. */
export const vsphereTarget = z
  .strictObject({
    url,
    user: z
      .string()
      .min(1)
      .meta({examples: ['ops@vsphere.local']}),
    password: secretRef,
    ca: z
      .string()
      .min(1)
      .meta({description: 'PEM file; without it the authorities that Node.js and this machine know'})
      .exactOptional(),
    thumbprint: thumbprint
      .meta({description: 'of the certificate, SHA-256 or SHA-1: then only this certificate is taken'})
      .exactOptional(),
    servername: z
      .string()
      .min(1)
      .meta({description: 'the name that the certificate must have; without it the host of the url'})
      .exactOptional(),
    insecure: z.boolean().meta({description: 'takes any certificate: for a lab only'}).exactOptional(),
  })
  .refine(
    ({ca, thumbprint: pin, insecure}) =>
      [ca, pin, insecure || undefined].filter((one) => one !== undefined).length < 2,
    {
      error: 'ca, thumbprint and insecure are three ways to trust: keep one',
    },
  )

export type VsphereTarget = z.output<typeof vsphereTarget>

/** As it is written in the inventory. */
export function showVsphereTarget(target: VsphereTarget): z.input<typeof vsphereTarget> {
  return target
}

function urlProblem(text: string): string | undefined {
  const parsed = URL.parse(text)
  if (parsed?.protocol !== 'https:') return WANTED
  if (parsed.username !== '' || parsed.password !== '')
    return 'user and password go beside the url, not into it'
  return parsed.search === '' && parsed.hash === '' ? undefined : WANTED
}
