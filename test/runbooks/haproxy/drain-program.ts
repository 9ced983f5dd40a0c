import {drain} from '../../../src/lib/runbooks/haproxy/drain.js'
import {operate, type Place} from './operate.js'

const {place, input} = JSON.parse(process.argv[2] ?? '') as {place: Place; input: unknown}

await operate(place, drain, input, {emit: (event) => process.stdout.write(`${JSON.stringify(event)}\n`)})
