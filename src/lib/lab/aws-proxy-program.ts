import type {Life} from './aws-life-state.js'
import {awsOverlays} from './aws-overlays.js'
import {startAwsProxy} from './aws-proxy.js'
import {asker} from './aws-simulator.js'

/** The proxy as a process of its own. Transitions take about as long as somebody likes to watch. */
const {port, upstreamPort, lives} = JSON.parse(process.argv[2] ?? '') as {
  port: number
  upstreamPort: number
  lives: Record<string, Partial<Life>>
}
const overlays = awsOverlays(asker(upstreamPort))
overlays.life.pace({stopMs: 4000, startMs: 3000, initializingMs: 5000})
overlays.targets.pace({drainMs: 4000, initialMs: 3000})
for (const [id, life] of Object.entries(lives)) overlays.life.set(id, life)
const proxy = await startAwsProxy(port, upstreamPort)
proxy.lay(Object.values(overlays))
