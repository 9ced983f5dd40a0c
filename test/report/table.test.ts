import {describe, expect, it} from 'vitest'
import {renderTable} from '../../src/lib/report/table.js'
import {displayWidth} from '../../src/lib/report/width.js'

const servers = {
  columns: [{name: 'server'}, {name: 'address', shrink: true}, {name: 'sessions', align: 'right' as const}],
  rows: [
    ['s1', 'app-1.internal.example.net:8080', '7'],
    ['s2', '東京.example.net:8080', '1204'],
  ],
}

describe('renderTable', () => {
  it('pads columns and aligns numbers, wide characters too', () => {
    expect(renderTable(servers, 80)).toEqual([
      'server  address                          sessions',
      's1      app-1.internal.example.net:8080         7',
      's2      東京.example.net:8080                1204',
    ])
  })

  it('takes from the columns that may shrink first', () => {
    expect(renderTable(servers, 34)).toEqual([
      'server  address           sessions',
      's1      app-1.internal.…         7',
      's2      東京.example.ne…      1204',
    ])
  })

  it.each([80, 60, 40, 20, 10, 5, 1])('never exceeds %i cells', (width) => {
    for (const line of renderTable(servers, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('makes peers harmless', () => {
    const [, row] = renderTable({columns: [{name: 'name'}], rows: [['a\x1b[2J\nb\u202e']]}, 80)
    expect(row).toBe('a b\\u{202e}')
  })

  it('takes rows that are too short, and no rows', () => {
    expect(renderTable({columns: [{name: 'a'}, {name: 'b'}], rows: [['1']]}, 80)).toEqual(['a  b', '1'])
    expect(renderTable({columns: [{name: 'a'}, {name: 'b'}], rows: []}, 80)).toEqual(['a  b'])
  })

  it('is cheap for 1000 rows', () => {
    const rows = Array.from({length: 1000}, (_, at) => [`s${at}`, `app-${at}.${'x'.repeat(60)}`, String(at)])
    const began = performance.now()
    expect(renderTable({...servers, rows}, 60)).toHaveLength(1001)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
