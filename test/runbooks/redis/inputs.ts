import {electionsAt, type Place, wantedBy} from './operate.js'

type More = {[key: string]: unknown}

/** The input of a failover as the command makes it, with its defaults. */
export async function failoverOf(place: Place, node: string, more: More = {}) {
  return {...(await commonOf(place)), node, slot: null, to: null, ...more}
}

export async function evacuateOf(place: Place, host: string, more: More = {}) {
  return {...(await commonOf(place)), host, partial: false, ...more}
}

export async function restoreOf(place: Place, run: string) {
  return {...(await commonOf(place)), run, wanted: await wantedBy(place, run)}
}

async function commonOf(place: Place) {
  return {
    cluster: place.cluster.name,
    maxLagBytes: 1_048_576,
    noCooldown: false,
    probe: false,
    elections: await electionsAt(place),
    timeoutMs: 10_000,
  }
}
