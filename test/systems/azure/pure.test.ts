import {describe, expect, test} from 'vitest'
import {resultOfAction, wrapped} from '../../../src/lib/runbooks/azure/steps/run-result.js'
import {retryAfterMs} from '../../../src/lib/systems/azure/pace.js'
import {isPermitted} from '../../../src/lib/systems/azure/permitted.js'
import {principalOf} from '../../../src/lib/systems/azure/principal.js'
import {parseId} from '../../../src/lib/systems/azure/resource-id.js'

describe('permissions', () => {
  const VM = 'Microsoft.Compute/virtualMachines'
  test.each([
    [[{actions: ['*'], notActions: []}], true],
    [[{actions: ['*/read'], notActions: []}], false],
    [[{actions: ['Microsoft.Compute/*/action'], notActions: []}], true],
    [[{actions: ['microsoft.compute/VIRTUALMACHINES/*'], notActions: []}], true],
    [[{actions: ['*'], notActions: ['Microsoft.Compute/virtualMachines/restart/action']}], false],
    [[{actions: ['*'], notActions: ['Microsoft.Compute/*']}], false],
    // What one assignment excludes, another may grant.
    [
      [
        {actions: ['*'], notActions: ['Microsoft.Compute/*']},
        {actions: [`${VM}/restart/action`], notActions: []},
      ],
      true,
    ],
    [[], false],
    [[{actions: ['MicrosoftXCompute/virtualMachines/restart/action'], notActions: []}], false],
  ])('%j: %s', (permissions, may) => {
    expect(isPermitted(permissions, `${VM}/restart/action`)).toBe(may)
  })
})

test('resource ids', () => {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v'
  expect(parseId(id)).toEqual({
    subscription: 's',
    group: 'g',
    kind: 'Microsoft.Compute/virtualMachines',
    name: 'v',
  })
  expect(parseId(id.replace('resourceGroups', 'resourcegroups'))?.group).toBe('g')
  for (const wrong of ['', 'v', `${id}/extensions/e`, '/subscriptions/s/resourceGroups/g'])
    expect(parseId(wrong)).toBe(undefined)
})

test('Retry-After is seconds or a date; anything else is as good as none', () => {
  const now = Date.UTC(2026, 0, 1)
  expect(retryAfterMs('7', now)).toBe(7000)
  expect(retryAfterMs('0', now)).toBe(0)
  expect(retryAfterMs(new Date(now + 5000).toUTCString(), now)).toBe(5000)
  expect(retryAfterMs(new Date(now - 5000).toUTCString(), now)).toBe(0)
  for (const none of [undefined, '', 'soon']) expect(retryAfterMs(none, now)).toBe(undefined)
})

test('whom a token is for', () => {
  const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`
  expect(principalOf(token({upn: 'ana@example.net', appid: 'a'}))).toBe('ana@example.net')
  expect(principalOf(token({appid: 'a-1'}))).toBe('app a-1')
  expect(principalOf('opaque')).toBe('unknown')
})

describe('an action Run Command', () => {
  const body = (stdout: string, stderr = '') => ({
    value: [{message: `Enable succeeded: \n[stdout]\n${stdout}\n[stderr]\n${stderr}`}],
  })

  test('says its exit code in the last line of what it wrote', () => {
    expect(resultOfAction(body('a\nb\nredeye-n1-exit=3\n', 'oops'), 'n1')).toEqual({
      state: 'Failed',
      exitCode: 3,
      output: 'a\nb\n',
      error: 'oops',
    })
    expect(resultOfAction(body('redeye-n1-exit=0\n'), 'n1')).toMatchObject({state: 'Succeeded', exitCode: 0})
  })

  test('without that line nobody knows: that of another run does not count', () => {
    expect(resultOfAction(body('redeye-n2-exit=0\n'), 'n1')).toMatchObject({state: 'Unknown', exitCode: null})
    expect(resultOfAction(undefined, 'n1')).toMatchObject({state: 'Unknown', exitCode: null})
  })

  test('runs the script in a shell of its own, so that exit does not end the line that tells', () => {
    expect(wrapped('exit 3', 'n1')).toEqual(['(', 'exit 3', ')', 'echo "redeye-n1-exit=$?"'])
  })
})
