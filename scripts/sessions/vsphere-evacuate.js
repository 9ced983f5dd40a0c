export const title = 'An ESXi host is evacuated'
export const part = 'vsphere'
export const sizes = [
  [80, 24],
  [60, 15],
]

export async function play({type, until, keep, interrupt}) {
  await type('redeye vsphere status')
  keep('Status', await until('mdc-esx-04').catch(() => until('build-')))
  await type('redeye vsphere host evacuate mdc-esx-02 --dry-run 2>&1 | head -22')
  keep('The plan, from its top', await until('note  '))
  await type('redeye vsphere host reboot mdc-esx-02 --progress none')
  keep('Refused: only an empty host in maintenance mode is rebooted', await until('exit 3'))
  await type('redeye vsphere host evacuate mdc-esx-02 --confirm mdc-esx-02')
  keep('While VMs move', await until('running for 2s'))
  keep('Done', await until('runs undo'))
  await type('redeye vsphere host restore mdc-esx-02 --move-back --yes --settle 1s')
  keep('Back in service, with its VMs', await until('exit 0'))
  await type('redeye vsphere host evacuate mdc-esx-01 --parallel 1 --confirm mdc-esx-01')
  await until('running for 1s')
  interrupt()
  keep('Ctrl-C in the middle', await until('runs resume'))
  await type('redeye runs list')
  keep('What can be resumed or undone', await until('interrupted'))
}
