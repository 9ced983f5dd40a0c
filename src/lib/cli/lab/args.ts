import {Args} from '@oclif/core'

/** Parts of the lab by name. @param all what no name means */
export function partsArg(all: string) {
  return Args.string({
    description: `haproxy, redis, vsphere, receivers, azure, aws (default: all that are ${all})`,
    multiple: true,
  })
}
