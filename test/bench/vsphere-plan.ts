/** One plan read of everything in a process of its own, for vsphere-read.ts: prints time, calls and peak memory. */
import {openVcenter} from '../../src/lib/systems/vsphere/open.js'

const {
  BENCH_URL: url = '',
  BENCH_USER: user = '',
  BENCH_PASSWORD: password = '',
  BENCH_CA: ca = '',
} = process.env
let calls = 0
const vc = openVcenter(
  {name: 'bench', url, user, password: async () => password, tls: {ca: [ca]}},
  {
    observe: () => {
      calls += 1
    },
  },
)
const start = performance.now()
const {hosts, vms} = await vc.estate(null, new AbortController().signal)
const ms = performance.now() - start
await vc.close()
const peakMiB = process.resourceUsage().maxRSS / 1024
process.stdout.write(`${JSON.stringify({hosts: hosts.length, vms: vms.length, ms, calls, peakMiB})}\n`)
