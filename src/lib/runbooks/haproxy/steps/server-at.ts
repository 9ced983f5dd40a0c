import type {HaproxySystems} from '../../../systems/haproxy/group.js'
import type {HaproxyInstance} from '../../../systems/haproxy/instance.js'

/** One server entry on one instance, as steps reach it: nothing is opened before a step looks. */
export interface ServerAt {
  /** `lb1.app/s2`: step ids start with it. */
  id: string
  /** `app/s2` */
  full: string
  backend: string
  server: string
  on: string
  instance(): Promise<HaproxyInstance>
}

export function serverAt(
  systems: HaproxySystems,
  group: string,
  on: string,
  backend: string,
  server: string,
): ServerAt {
  return {
    id: `${on}.${backend}/${server}`,
    full: `${backend}/${server}`,
    backend,
    server,
    on,
    async instance() {
      const instances = await systems.haproxy(group)
      const found = instances.find((one) => one.name === on)
      if (!found) throw new Error(`group ${group} has no instance ${on} any more`)
      return found
    },
  }
}
