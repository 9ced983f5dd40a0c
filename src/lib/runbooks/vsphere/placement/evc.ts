/** Baselines of each vendor, oldest first [vSphere API: EVCMode keys]. */
const GENERATIONS = [
  [
    'intel-merom',
    'intel-penryn',
    'intel-nehalem',
    'intel-westmere',
    'intel-sandybridge',
    'intel-ivybridge',
    'intel-haswell',
    'intel-broadwell',
    'intel-skylake',
    'intel-cascadelake',
    'intel-icelake',
    'intel-sapphirerapids',
  ],
  [
    'amd-rev-e',
    'amd-rev-f',
    'amd-greyhound-no3dnow',
    'amd-greyhound',
    'amd-bulldozer',
    'amd-piledriver',
    'amd-steamroller',
    'amd-zen',
    'amd-zen2',
    'amd-zen3',
    'amd-zen4',
  ],
]

/** Whether a VM that needs `needed` can run on a host of baseline `offered`. A key we do not know is left to the server's own check. */
export function offers(offered: string, needed: string): boolean {
  if (needed === '' || offered === '' || needed === offered) return true
  const [have, want] = [place(offered), place(needed)]
  if (!have || !want) return true
  return have.vendor === want.vendor && have.at >= want.at
}

function place(key: string): {vendor: number; at: number} | undefined {
  const vendor = GENERATIONS.findIndex((keys) => keys.includes(key))
  return vendor < 0 ? undefined : {vendor, at: GENERATIONS[vendor]?.indexOf(key) ?? 0}
}
