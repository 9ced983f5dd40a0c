import {expect, test} from 'vitest'
import {datadogAccess} from '../../../src/lib/cli/datadog-env.js'
import {monitorState} from '../../../src/lib/systems/datadog/monitor.js'
import {datadogEndpoint, KEYS} from './endpoint.js'

const {signal} = new AbortController()

test('the state of a monitor, and every way in which there is none', async () => {
  const datadog = await datadogEndpoint(12)
  const access = datadogAccess({...KEYS, DATADOG_HOST: `${datadog.url}/`})
  expect(await monitorState(access, 12, signal)).toBe('OK')
  datadog.says('No Data')
  expect(await monitorState(access, 12, signal)).toBe('No Data')
  await expect(monitorState(access, 13, signal)).rejects.toMatchObject({
    fault: 'answered',
    message: 'Datadog has no monitor 13',
  })
  datadog.says(502)
  await expect(monitorState(access, 12, signal)).rejects.toMatchObject({fault: 'answered'})
  await expect(monitorState({...access, appKey: 'old'}, 12, signal)).rejects.toMatchObject({
    fault: 'refused',
    hint: expect.stringContaining('DD_SITE'),
  })
  await expect(monitorState({...access, url: 'http://127.0.0.1:1'}, 12, signal)).rejects.toMatchObject({
    fault: 'unreachable',
  })
})

test('the environment, as its own tools read it', () => {
  expect(datadogAccess({...KEYS, DD_SITE: 'datadoghq.eu'}).url).toBe('https://api.datadoghq.eu')
  expect(datadogAccess({DATADOG_API_KEY: 'a', DATADOG_APP_KEY: 'b'})).toEqual({
    url: 'https://api.datadoghq.com',
    apiKey: 'a',
    appKey: 'b',
  })
  expect(() => datadogAccess({DD_API_KEY: 'a'})).toThrow('DD_APP_KEY')
})
