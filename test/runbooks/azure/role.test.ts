import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {ACTIONS} from '../../../src/lib/runbooks/azure/check.js'
import {actionsOf} from '../../../src/lib/runbooks/azure/method.js'

const text = await readFile(new URL('../../../docs/azure.md', import.meta.url), 'utf8')
const [, json = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? []
const role: string[] = JSON.parse(json).Actions

test('the role of the document has what the check asks for, and the check what the guards ask for', () => {
  expect([...new Set(Object.values(ACTIONS).flat())].filter((one) => !role.includes(one))).toEqual([])
  expect(new Set(role).size).toBe(role.length)
  const guarded = (['start', 'restart', 'redeploy', 'cycle', 'reapply'] as const).flatMap((method) =>
    actionsOf(method, 'boot-id'),
  )
  const asked = [
    ...(ACTIONS.status ?? []),
    ...(ACTIONS['azure.vm.recover'] ?? []),
    ...(ACTIONS['azure.run'] ?? []),
  ]
  expect(guarded.filter((one) => !asked.includes(one))).toEqual([])
})
