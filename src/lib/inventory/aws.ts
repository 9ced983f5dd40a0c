import {z} from 'zod'

/** One account in one region. Credentials come from the profile, as the AWS CLI has them; none are written here. */
export const awsTarget = z.strictObject({
  profile: z
    .string()
    .min(1)
    .meta({description: 'of ~/.aws/config; without it AWS_PROFILE or what the environment has'})
    .exactOptional(),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, {error: 'a region is written like eu-west-1'})
    .meta({description: 'without it AWS_REGION or that of the profile', examples: ['eu-west-1']})
    .exactOptional(),
  account: z
    .string()
    .regex(/^\d{12}$/, {error: 'an account is 12 digits, in quotes'})
    .meta({description: 'that the credentials must be of: others are refused', examples: ['123456789012']})
    .exactOptional(),
  keepOpen: z
    .array(
      z.string().regex(/^((sg|pl)-[0-9a-f]+|[0-9a-f.:]+\/\d+)$/, {error: 'a CIDR block, sg-... or pl-...'}),
    )
    .meta({
      description: 'sources of rules that sg block must never take away, such as your own way in',
      examples: [['203.0.113.0/24']],
    })
    .exactOptional(),
})

export type AwsTarget = z.output<typeof awsTarget>

/** As it is written in the inventory. */
export function showAwsTarget(target: AwsTarget): z.input<typeof awsTarget> {
  return target
}
