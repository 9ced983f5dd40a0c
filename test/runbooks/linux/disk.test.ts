import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {diskClean} from '../../../src/lib/runbooks/linux/disk-clean.js'
import type {CleanInput} from '../../../src/lib/runbooks/linux/disk-input.js'
import {operate, resume} from '../receivers/operate.js'
import {room} from './room.js'

const {guest, place} = room([{name: 'a', volume: {mib: 200, inodes: 2000}}], {
  all: {a: 'a', ops: 'a ops', plain: 'a plain'},
})

const MIB = 2 ** 20
const run = (more: Partial<CleanInput> = {}, asked = {}) => operate(place(), diskClean, cleanOf(more), asked)

function cleanOf(more: Partial<CleanInput> = {}): CleanInput {
  return {
    host: 'a',
    mount: '/var/log',
    classes: ['logs-rotated'],
    need: null,
    keepBytes: 200 * MIB,
    days: {logs: 7, core: 1, tmp: 10},
    ...more,
  }
}

const file = (path: string, mib: number, days: number) =>
  `mkdir -p "$(dirname ${path})"; head -c ${mib}M /dev/urandom >${path}; touch -d '${days} days ago' ${path}`
const there = async (...paths: string[]) =>
  (await guest('a').run(`for f in ${paths.join(' ')}; do [ -e "$f" ] && echo "$f"; done; true`))
    .split('\n')
    .filter(Boolean)
const used = async () =>
  Number(await guest('a').run("df -B1 /var/log | tail -n 1 | tr -s ' ' | cut -d' ' -f3"))

/** The volume takes the place of /var/log, with three rotated logs, one that is in use, and one that is new. */
beforeEach(async () => {
  await guest('a').run(
    [
      'rm -rf /srv/volume/*; mkdir /srv/volume/log; mount --bind /srv/volume/log /var/log',
      file('/var/log/app.log.1', 20, 20),
      file('/var/log/app.log.2.gz', 20, 30),
      file('/var/log/deep/app-20251101', 20, 25),
      file('/var/log/app.log', 5, 20),
      file('/var/log/new.log.1', 1, 1),
    ].join('\n'),
  )
})
afterEach(() => guest('a').run('systemctl stop holder 2>/dev/null; umount -l /var/log; rm -rf /srv/volume/*'))

const ROTATED = ['/var/log/app.log.1', '/var/log/app.log.2.gz', '/var/log/deep/app-20251101']
const KEPT = ['/var/log/app.log', '/var/log/new.log.1']

test('deletes what the plan has shown, and its space is free again', async () => {
  const before = await used()
  const dry = await run({}, {mode: 'dry-run'})
  expect(dry.outcome.verdict).toBe('planned')
  const plan = dry.events.find((event) => event.type === 'plan')
  expect(plan?.type === 'plan' && plan.view.tables[0]?.rows).toEqual([
    ['logs-rotated', '3', '60 MiB', expect.any(String)],
  ])
  expect(await there(...ROTATED)).toEqual(ROTATED)
  const {outcome, run: id} = await run()
  expect(outcome).toMatchObject({verdict: 'done', totals: {all: 2}})
  expect(await there(...ROTATED, ...KEPT)).toEqual(KEPT)
  expect(before - (await used())).toBe(60 * MIB)
  expect(outcome.steps.at(-1)?.saw).toContain('60 MiB of 60 MiB came back')
  expect((await resume(place(), diskClean, id)).outcome.verdict).toBe('nothing')
  expect((await run()).outcome.verdict).toBe('nothing')
})

test('stopped in between: a resume deletes what is left of the same list', async () => {
  const {outcome, run: id} = await run({classes: ['logs-rotated', 'tmp']}, {holdBefore: 'measure'})
  expect(outcome.verdict).toBe('interrupted')
  await guest('a').run(file('/var/log/later.log.1', 1, 20))
  const resumed = await resume(place(), diskClean, id)
  expect(resumed.outcome.steps.at(-1)).toMatchObject({step: 'measure', state: 'already'})
  expect(await there(...ROTATED, '/var/log/later.log.1')).toEqual(['/var/log/later.log.1'])
})

test('by a user who may use sudo; not by one who may not', async () => {
  expect((await run({host: 'plain'})).outcome).toMatchObject({
    verdict: 'refused',
    says: expect.stringContaining('sudo does not allow sh'),
  })
  expect((await run({host: 'ops'})).outcome.verdict).toBe('done')
  expect(await there(...ROTATED)).toEqual([])
})

describe('what is no candidate', () => {
  test('open, on another file system, behind a link, or of a package', async () => {
    await guest('a').run(
      [
        'systemd-run --quiet --unit=holder sh -c "exec 3</var/log/app.log.1; sleep 1000"',
        'mkdir -p /var/log/other /etc/lab/old; mount -t tmpfs tmpfs /var/log/other',
        file('/var/log/other/x.log.1', 1, 20),
        file('/etc/lab/old/y.log.1', 1, 20),
        'ln -s /etc/lab/old /var/log/link',
        'echo /var/log/app.log.2.gz >/var/lib/dpkg/info/lab-test.list',
      ].join('\n'),
    )
    const {outcome} = await run()
    expect(outcome.verdict).toBe('done')
    const kept = [
      '/var/log/app.log.1',
      '/var/log/app.log.2.gz',
      '/var/log/other/x.log.1',
      '/etc/lab/old/y.log.1',
    ]
    expect(await there(...ROTATED, ...kept.slice(2))).toEqual(kept)
    await guest('a').run('umount /var/log/other; rm -r /etc/lab/old /var/lib/dpkg/info/lab-test.list')
  })

  test('changed, replaced, or behind a directory that became a link since the plan', async () => {
    let meddled = false
    const meddle = async () => {
      if (meddled) return
      meddled = true
      await guest('a').run(
        [
          'echo more >>/var/log/app.log.1',
          file('/var/log/app.log.2.gz.new', 20, 30),
          'mv /var/log/app.log.2.gz.new /var/log/app.log.2.gz',
          // The very same file, by a way that was not there.
          'mv /var/log/deep /var/log/elsewhere; ln -s elsewhere /var/log/deep',
        ].join('\n'),
      )
    }
    const {outcome} = await run(
      {},
      {
        asker: {
          confirm: async () => {
            await meddle()
            return 'yes'
          },
        },
      },
    )
    expect(meddled).toBe(true)
    expect(outcome.steps.map(({saw}) => saw)).toEqual([
      '0 there, 0 gone, 3 are other files by now and stay',
      'nothing was deleted',
    ])
    expect(
      await there('/var/log/app.log.1', '/var/log/app.log.2.gz', '/var/log/elsewhere/app-20251101'),
    ).toHaveLength(3)
  })
})

test('deleted is not yet free: who holds the space is named', async () => {
  const hold = async () => {
    await guest('a').run(
      'systemd-run --quiet --unit=holder sh -c "exec 3</var/log/app.log.1; sleep 1000"; sleep 0.3',
    )
    return 'yes' as const
  }
  const {outcome} = await run({}, {asker: {confirm: hold}})
  expect(outcome.verdict).toBe('partial')
  expect(outcome.steps[1]).toMatchObject({step: 'measure', state: 'timed-out'})
  expect(outcome.steps[1]?.saw).toMatch(
    /40 MiB of 60 MiB came back, .*; held by holder.service \(pid \d+\) \/var\/log\/app.log.1 20 MiB/,
  )
})

describe('guards', () => {
  test('not enough, before anything is deleted', async () => {
    const {outcome} = await run({need: {bytes: 500 * MIB}})
    expect(outcome).toMatchObject({verdict: 'refused'})
    expect(outcome.because[0]).toContain('not-enough: all of it gives 60 MiB')
    expect(await there(...ROTATED)).toEqual(ROTATED)
  })

  test('nothing is mounted there; read-only', async () => {
    expect((await run({mount: '/var/log/deep'})).outcome.because[0]).toContain('nothing is mounted at')
    await guest('a').run('mount -o remount,ro,bind /var/log')
    expect((await run()).outcome.because[0]).toContain('mounted read-only')
  })

  test('a process that holds a deleted file, and a disk without inodes, are named', async () => {
    await guest('a').run(
      'head -c 10M /dev/zero >/var/log/held; systemd-run --quiet --unit=holder sh -c "exec 3</var/log/held; sleep 1000"; sleep 0.3; rm /var/log/held; i=0; mkdir /var/log/many; while touch /var/log/many/$i 2>/dev/null; do i=$((i+1)); done',
    )
    const {outcome} = await run({}, {mode: 'dry-run'})
    const state = outcome.findings.find(({id}) => id === 'state')
    expect(state).toMatchObject({level: 'warn'})
    expect(state?.saw).toMatch(/^100 % of its inodes are used/)
    expect(state?.saw).toMatch(
      /10 MiB are deleted and still held open: holder.service \(pid \d+\) \/var\/log\/held/,
    )
  })
})

test('the package cache, core dumps and temporary files', async () => {
  await guest('a').run(
    [
      file('/var/cache/apt/archives/x_1_all.deb', 2, 1),
      file('/var/crash/core.1', 1, 3),
      file('/var/tmp/old', 1, 20),
      file('/var/tmp/new', 1, 2),
      'touch -a -d "20 days ago" /var/tmp/old',
    ].join('\n'),
  )
  const {outcome} = await run({mount: '/', classes: ['apt', 'core', 'tmp']})
  expect(outcome.steps.map(({step, state}) => [step, state])).toEqual([
    ['apt', 'changed'],
    ['core', 'changed'],
    ['tmp', 'changed'],
    ['measure', 'already'],
  ])
  const files = ['/var/cache/apt/archives/x_1_all.deb', '/var/crash/core.1', '/var/tmp/old', '/var/tmp/new']
  expect(await there(...files)).toEqual(['/var/tmp/new'])
})

test('the journal, to what is kept', async () => {
  await guest('a').run(
    'mkdir -p /var/log/journal; systemctl restart systemd-journald; journalctl --flush; for i in 1 2 3; do logger x; journalctl --rotate; done; sleep 0.3',
  )
  const archived = async () => Number(await guest('a').run("find /var/log/journal -name '*@*' | wc -l"))
  expect(await archived()).toBeGreaterThan(0)
  const {outcome} = await run({classes: ['journal'], keepBytes: 0})
  expect(outcome.steps[0]).toMatchObject({step: 'journal', state: 'changed'})
  await guest('a').run('rm -rf /var/log/journal; systemctl restart systemd-journald')
})
