import {z} from 'zod'
import {name} from './name.js'
import {socket, socketText} from './socket.js'
import {showSsh, ssh} from './ssh.js'

const instance = z
  .strictObject({name, socket, ssh: ssh.exactOptional()})
  .refine(({socket: at, ssh: hop}) => hop === undefined || at?.kind !== 'tcp', {
    path: ['ssh'],
    error: 'a tcp socket is dialled from here, never over ssh: remove ssh, or use socket: unix:/PATH',
    // Said beside what else is wrong with the instance.
    when: ({value}) => typeof value === 'object' && value !== null,
  })

/** Instances that are changed together, in this order. */
export const haproxyTarget = z.strictObject({
  instances: z
    .array(instance)
    .min(1, {error: 'a target needs at least one instance'})
    .superRefine((instances, context) => {
      const first = new Map<string, number>()
      for (const [at, one] of instances.entries()) {
        const earlier = first.get(one.name)
        if (earlier === undefined) first.set(one.name, at)
        else
          context.addIssue({
            code: 'custom',
            path: [at, 'name'],
            message: `the name ${one.name} is taken by instances[${earlier}]`,
          })
      }
    }),
})

export type HaproxyTarget = z.output<typeof haproxyTarget>

/** As it is written in the inventory. */
export function showHaproxyTarget({instances}: HaproxyTarget): z.input<typeof haproxyTarget> {
  return {
    instances: instances.map((one) => ({
      name: one.name,
      socket: socketText(one.socket),
      ...(one.ssh && {ssh: showSsh(one.ssh)}),
    })),
  }
}
