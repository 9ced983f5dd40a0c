import {defineConfig} from 'vitest/config'

/** The tests that cannot run without a peer; scripts/test.js says which peers are missing, and CI refuses that. */
const NEEDS: Readonly<Record<string, string[]>> = {
  haproxy: [
    'test/systems/haproxy/**',
    'test/lab/**',
    'test/runbooks/haproxy/**',
    'test/commands/**',
    'test/generic/**',
    'test/docs/adding-a-runbook.test.ts',
    'test/docs/package.test.ts',
  ],
  redis: [
    'test/systems/redis/**',
    'test/runbooks/redis/**',
    'test/lab/redis-*.test.ts',
    'test/commands/redis*.test.ts',
    'test/commands/check.test.ts',
    'test/commands/rehearsal*.test.ts',
    'test/commands/book-documents.test.ts',
    'test/generic/**',
  ],
  vsphere: [
    'test/systems/vsphere/**',
    'test/runbooks/vsphere/**',
    'test/lab/vsphere*.test.ts',
    'test/commands/vsphere*.test.ts',
    'test/commands/rehearsal*.test.ts',
    'test/generic/**',
  ],
  ssh: [
    'test/remote/ssh-*.test.ts',
    'test/commands/ssh.test.ts',
    'test/remote/fleet/sshd.test.ts',
    'test/remote/fleet/openssh.test.ts',
    'test/systems/receivers/file.test.ts',
    'test/remote/fleet/bastion.test.ts',
  ],
  dropbear: ['test/remote/fleet/dropbear.test.ts'],
  receivers: [
    'test/remote/fleet/link.test.ts',
    'test/remote/fleet/hostile.test.ts',
    'test/remote/fleet/open-fleet.test.ts',
    'test/lab/fleet.test.ts',
    'test/runbooks/receivers/**',
    'test/systems/receivers/**',
    'test/commands/receivers*.test.ts',
    'test/commands/rehearsal*.test.ts',
  ],
  azure: [
    'test/systems/azure/**',
    'test/runbooks/azure/**',
    'test/lab/azure*.test.ts',
    'test/commands/azure*.test.ts',
    'test/commands/rehearsal*.test.ts',
    'test/generic/**',
  ],
  aws: [
    'test/lab/aws*.test.ts',
    'test/systems/aws/**',
    'test/runbooks/aws/**',
    'test/commands/aws*.test.ts',
    'test/commands/rehearsal*.test.ts',
    'test/generic/**',
  ],
  systemd: [
    'test/lab/systemd-*.test.ts',
    'test/systems/linux/guest*.test.ts',
    'test/runbooks/linux/**',
    'test/runbooks/receivers/systemd.test.ts',
    'test/commands/linux*.test.ts',
    'test/generic/**',
  ],
  terminal: ['test/report/tmux.test.ts', 'test/commands/**'],
}
const without = (process.env.REDEYE_TEST_WITHOUT ?? '').split(',').flatMap((peer) => NEEDS[peer] ?? [])

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', ...without],
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores, and most tests wait for real daemons most of the time.
    maxWorkers: 4,
  },
})
