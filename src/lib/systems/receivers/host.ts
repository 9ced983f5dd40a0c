/** One host of a fleet; plain JSON. The inventory's list has the same. */
export type FleetHost = {
  /** Unique. Names the host in plans, journals, locks and the store of pinned keys. */
  id: string
  /** Name or address. */
  address: string
  port: number
  /** The bastion it is reached through; empty: none. */
  via: string
  labels: Readonly<Record<string, string>>
}
