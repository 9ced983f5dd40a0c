import type {HaproxyInstance} from './instance.js'

/** The instances that are changed together, in the order of the inventory. */
export interface HaproxySystems {
  /** @throws when the inventory has no such group. */
  haproxy(group: string): Promise<HaproxyInstance[]>
  /** One HTTP GET, for a check from here. Resolves to the status code. @throws RemoteError `unreachable` */
  httpStatus(url: string, signal: AbortSignal): Promise<number>
}
