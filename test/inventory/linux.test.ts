import {describe, expect, test} from 'vitest'
import {parseInventory} from '../../src/lib/inventory/parse.js'
import {runsProgram} from '../../src/lib/inventory/secret.js'
import {showInventory, showInventoryYaml} from '../../src/lib/inventory/show.js'

const FULL = `linux:
  web:
    hosts:
      - web1.example.net
      - {name: web2, ssh: {host: 10.0.0.2, user: ops}}
    protect: [postgresql.service]
    services:
      nginx.service: {configTest: {cmd: [nginx, -t]}, probe: "tcp:80"}
      app.service: {probe: "http://127.0.0.1:8080/health"}
      job.service: {probe: {cmd: [job, status]}}
    expect: [nginx.service]
    verify: {cmd: [check-all]}
`

describe('a linux target of the inventory', () => {
  test('is what was written, and is shown so that it reads back the same', () => {
    const inventory = parseInventory(FULL, 'f')
    expect(inventory.linux.web).toMatchObject({
      hosts: [
        {name: 'web1.example.net', ssh: {host: 'web1.example.net'}},
        {name: 'web2', ssh: {host: '10.0.0.2', user: 'ops'}},
      ],
      services: {
        'nginx.service': {configTest: {cmd: ['nginx', '-t']}, probe: {tcp: 80}},
        'app.service': {probe: {url: 'http://127.0.0.1:8080/health'}},
        'job.service': {probe: {cmd: ['job', 'status']}},
      },
    })
    expect(showInventory(inventory)).toMatchObject({
      linux: {
        web: {hosts: ['web1.example.net', {name: 'web2'}], services: {'nginx.service': {probe: 'tcp:80'}}},
      },
    })
    expect(parseInventory(showInventoryYaml(inventory), 'g')).toEqual(inventory)
  })

  test('runs programs, so that one that merely lies in a directory is not believed', () => {
    expect(runsProgram(parseInventory(FULL, 'f').linux)).toBe(true)
    expect(runsProgram(parseInventory('linux: {web: {hosts: [a]}}', 'f').linux)).toBe(false)
  })

  test.each([
    ['linux: {web: {hosts: []}}', 'at least one host'],
    ['linux: {web: {hosts: [a, a]}}', 'two hosts have the same name'],
    ['linux: {web: {hosts: [a b]}}', 'a name has only letters'],
    ['linux: {web: {hosts: [a], services: {x.service: {probe: "udp:1"}}}}', 'expected tcp:PORT'],
    ['linux: {web: {hosts: [a], protect: ["x;reboot"]}}', 'name of a systemd unit'],
    ['linux: {web: {hosts: [a], protects: []}}', 'protects'],
  ])('%s', (text, says) => {
    expect(() => parseInventory(text, 'f')).toThrow(says)
  })
})
