import {describe, expect, test} from 'vitest'
import {exitText} from '../../../src/lib/systems/linux/exit-words.js'
import {candidatesIn, deletedIn, fsIn} from '../../../src/lib/systems/linux/parse-disk.js'
import {parseUnit, spanMs} from '../../../src/lib/systems/linux/parse-unit.js'

/** As systemd 252 prints it, in its own order. */
const SHOWN = `Type=simple
TimeoutStartUSec=1min 30s
TimeoutStopUSec=infinity
RemainAfterExit=no
MainPID=37
Result=success
NRestarts=2
ExecMainCode=2
ExecMainStatus=9
MemoryCurrent=[not set]
RefuseManualStop=no
Id=good.service
TriggeredBy=good.socket good.timer
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NeedDaemonReload=yes
StateChangeTimestamp=Mon 2026-11-30 13:12:35 UTC
InvocationID=0123456789abcdef0123456789abcdef
`

describe('systemctl show', () => {
  test('whatever the order of its lines', () => {
    expect(parseUnit(SHOWN)).toMatchObject({
      id: 'good.service',
      load: 'loaded',
      active: 'active',
      sub: 'running',
      pid: 37,
      exitCode: 'killed',
      exitStatus: 9,
      restarts: 2,
      needsReload: true,
      refusesStop: false,
      job: '',
      triggeredBy: ['good.socket', 'good.timer'],
      stopMs: null,
      startMs: 90_000,
      memoryBytes: null,
      since: 'Mon 2026-11-30 13:12:35 UTC',
    })
  })

  test('what is none of it', () => {
    expect(parseUnit('Welcome to web1!\n')).toBeUndefined()
    expect(parseUnit(SHOWN.replace('ActiveState=active', 'ActiveState=\u001b[31mup'))).toBeUndefined()
    expect(parseUnit(SHOWN.replace(/InvocationID=.*/, 'InvocationID=$(reboot)'))).toBeUndefined()
  })

  test.each([
    ['1min 30s', 90_000],
    ['500ms', 500],
    ['1h 2min 3s', 3_723_000],
    ['0', 0],
    ['infinity', null],
    ['', null],
  ])('a span of %s', (text, ms) => {
    expect(spanMs(text)).toBe(ms)
  })

  test('exit codes of systemd itself', () => {
    expect(exitText('exited', 203)).toContain('EXEC')
    expect(exitText('exited', 3)).toBe('exit 3')
    expect(exitText('dumped', 11)).toBe('signal 11, core dumped')
    expect(exitText('', 0)).toBe('')
  })
})

describe('disks', () => {
  test('file systems with their inodes; one that is said twice is one', () => {
    const text = [
      'Fs=ext4 1000 900 50 /dev/sda1 /',
      'Fs=ext4 1000 900 50 /dev/sda1 /',
      'Fs=xfs 5 4 1 /dev/sdb1 /srv/with space',
      'Inodes=100 95 /',
      'ReadOnly=/srv/with space',
    ].join('\n')
    expect(fsIn(text)).toEqual([
      expect.objectContaining({
        where: '/',
        used: 900,
        free: 50,
        inodes: 100,
        inodesUsed: 95,
        readOnly: false,
      }),
      expect.objectContaining({where: '/srv/with space', kind: 'xfs', inodes: 0, readOnly: true}),
    ])
  })

  test('candidates, with spaces in their names; lines that are none', () => {
    const text =
      'File=tmp 25 12 100 1764500000.1234567890 8 /tmp/a  b\nFile=home 25 1 1 1 1 /home/x\nFile=tmp 25 1 1 1 1 relative\n'
    expect(candidatesIn(text)).toEqual([
      {
        class: 'tmp',
        device: 25,
        inode: 12,
        size: 100,
        seconds: 1_764_500_000,
        bytes: 4096,
        path: '/tmp/a  b',
      },
    ])
  })

  test('a deleted file that two processes hold is one', () => {
    const text =
      'Deleted=7 100 20 app.service /var/log/x (deleted)\nDeleted=7 100 21 - /var/log/x (deleted)\nDeleted=8 0 21 - /e (deleted)\n'
    expect(deletedIn(text)).toEqual([{inode: 7, size: 100, pid: 20, unit: 'app.service', path: '/var/log/x'}])
  })
})
