import {failover} from '../../../src/lib/runbooks/redis/failover.js'
import {operate, type Place} from './operate.js'

/** Dies as soon as the server has said OK to CLUSTER FAILOVER, or right before it is sent. */
const {place, input, moment} = JSON.parse(process.argv[2] ?? '') as {
  place: Place
  input: unknown
  moment: 'sent' | 'sending'
}
const die = () => process.kill(process.pid, 'SIGKILL')

await operate(place, failover, input, {
  emit: (event) => event.type === 'run' && process.stdout.write(`${event.run}\n`),
  through: (cluster) => ({
    ...cluster,
    async node(id, signal) {
      const node = await cluster.node(id, signal)
      return {
        ...node,
        async failover(mode, signal) {
          if (moment === 'sent') await node.failover(mode, signal)
          die()
        },
      }
    },
  }),
})
