import {z} from 'zod'
import type {Check} from '../../engine/check.js'
import type {Finding} from '../../engine/runbook.js'
import type {HaproxySystems} from '../../systems/haproxy/group.js'
import {usable} from '../../systems/haproxy/usable.js'
import {disagreements} from './disagreements.js'
import {type Facts, readGroup} from './facts.js'
import {level, runningProcess} from './guards/process.js'
import {reach} from './guards/reach.js'

const input = z.strictObject({group: z.string().min(1)})
type CheckInput = z.infer<typeof input>

/** Yes only if every instance answers as admin, every backend with servers can serve, and the instances agree. */
export const check: Check<CheckInput, HaproxySystems> = {
  id: 'haproxy.check',
  summary: 'Ask whether the load balancers could be operated now and serve every backend',
  input,
  subject: (asked) => asked.group,
  async ask(systems, asked, signal) {
    const facts = await readGroup(systems, {...asked, instances: [], skip: []}, signal)
    return [reach(facts), level(facts), runningProcess(facts), versions(facts), serving(facts), agree(facts)]
  },
}

function versions({instances}: Facts): Finding {
  const known = instances.flatMap(({name, snapshot}) =>
    snapshot?.version ? [`${name} ${snapshot.version}`] : [],
  )
  const read = instances.filter((one) => one.snapshot)
  if (known.length === read.length) return {id: 'version', level: 'pass', saw: known.join(', ')}
  return {id: 'version', level: 'refuse', saw: 'an instance does not say its version'}
}

function serving({instances}: Facts): Finding {
  const dead = instances.flatMap(({name, snapshot}) =>
    Object.values(snapshot?.backends ?? {})
      .filter((backend) => Object.keys(backend.servers).length > 0)
      .filter((backend) => !Object.values(backend.servers).some(usable))
      .map((backend) => `${backend.name} on ${name}`),
  )
  if (dead.length === 0) return {id: 'serving', level: 'pass', saw: 'every backend has a usable server'}
  return {
    id: 'serving',
    level: 'refuse',
    saw: `no usable server in ${dead.join(', ')}`,
    clear: `redeye haproxy status ${dead[0]?.split(' ')[0]}`,
  }
}

function agree(facts: Facts): Finding {
  const differing = disagreements(facts)
  if (differing.length === 0)
    return {id: 'agreement', level: 'pass', saw: 'the instances agree on every server'}
  const saw = differing.map(({server, says}) => `${server}: ${says}`).join('; ')
  return {id: 'agreement', level: 'refuse', saw, clear: 'redeye haproxy status'}
}
