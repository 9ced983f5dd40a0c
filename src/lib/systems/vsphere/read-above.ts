import {DATACENTER, FOLDER} from './kinds-cluster.js'
import type {Named} from './parse-name.js'
import type {Sweep} from './sweep.js'

/** What objects of a sweep may be in, by reference. */
export function ancestors(found: Sweep, clusters: readonly Named[]): Map<string, Named> {
  const all: Named[] = [...clusters, ...found.all(FOLDER), ...found.all(DATACENTER)]
  return new Map(all.map((one) => [one.ref, one]))
}
