import {describe, expect, test} from 'vitest'
import {decoder} from '../../../src/lib/systems/vsphere/decode.js'
import {encodeCall, encodeTree} from '../../../src/lib/systems/vsphere/encode.js'
import {
  array,
  bool,
  chosen,
  entity,
  list,
  number,
  oneOf,
  ref,
  type Shape,
  struct,
  text,
  time,
  tree,
} from '../../../src/lib/systems/vsphere/shape.js'
import {element, refElement} from '../../../src/lib/systems/vsphere/tree.js'
import {loadXmlReader} from '../../../src/lib/systems/vsphere/xml-reader.js'

const make = await loadXmlReader()

function decode<T>(xml: string, shape: Shape<T>, size = xml.length): T | undefined {
  const read = decoder(make, 'a', shape)
  for (let at = 0; at < xml.length; at += size) read.write(xml.slice(at, at + size))
  return read.end()
}

describe.each(['xsi', 'XMLSchema-instance', '_XMLSchema-instance'])('with the prefix %s', (xsi) => {
  const wrap = (inside: string) => `<soap:a xmlns:soap="s" xmlns:${xsi}="i" xmlns:xsd="x">${inside}</soap:a>`

  test('a reference has its own type, not that of XML Schema', () => {
    const xml = wrap(`<val type="HostSystem" ${xsi}:type="ManagedObjectReference">host-64</val>`)
    expect(decode(xml, struct({val: entity}))?.val).toEqual({type: 'HostSystem', ref: 'host-64'})
    const turned = wrap(`<val ${xsi}:type="ManagedObjectReference" type="HostSystem">host-64</val>`)
    expect(decode(turned, struct({val: entity}))?.val).toEqual({type: 'HostSystem', ref: 'host-64'})
    expect(decode(xml, struct({val: ref}))?.val).toBe('host-64')
  })

  test('a structure has the type of XML Schema, without its prefix', () => {
    const xml = wrap(`<x:dev xmlns:x="y" ${xsi}:type="vim25:VirtualCdrom"><x:key>203</x:key></x:dev>`)
    expect(decode(xml, struct({dev: struct({key: number})}))?.dev).toEqual({is: 'VirtualCdrom', key: 203})
  })

  test('an element that is sent back keeps types, order and text', () => {
    const device = `<device ${xsi}:type="VirtualCdrom"><key>203</key><backing ${xsi}:type="VirtualCdromIsoBackingInfo"><fileName>[ds] a &amp; b.iso</fileName><datastore type="Datastore">datastore-1</datastore></backing><value ${xsi}:type="xsd:string">x</value></device>`
    const found = decode(wrap(device), struct({device: tree}))?.device
    expect(found && encodeTree(found)).toBe(device.replaceAll(`${xsi}:type`, 'xsi:type'))
  })
})

test('values become what the table says, and nothing is guessed', () => {
  const xml =
    '<a><id>0123</id><name>true</name><on>true</on><off>0</off><size>9007199254740991</size><load>1.5e2</load><at>2026-11-23T00:01:08.732229457Z</at></a>'
  const shape = struct({id: text, name: text, on: bool, off: bool, size: number, load: number, at: time})
  expect(decode(xml, shape)).toEqual({
    is: '',
    id: '0123',
    name: 'true',
    on: true,
    off: false,
    size: 9007199254740991,
    load: 150,
    at: Date.UTC(2026, 10, 23, 0, 1, 8, 732),
  })
})

test('empty and unknown values are absent', () => {
  const state = oneOf('running', 'disabled')
  const xml = '<a><empty></empty><closed/><newer>quantum</newer><known>running</known><n></n></a>'
  const shape = struct({empty: state, closed: state, newer: state, known: state, n: number})
  expect(decode(xml, shape)).toEqual({is: '', known: 'running'})
})

test('what cannot be the value it should be is an error, not a zero', () => {
  for (const [shape, said] of [
    [number, '12 apples'],
    [bool, 'maybe'],
    [time, 'yesterday'],
  ] as const)
    expect(() => decode(`<a><v>${said}</v></a>`, struct<{v: Shape}>({v: shape}))).toThrow(`v: "${said}" is`)
})

test('repeated elements are lists, however many there are', () => {
  const shape = struct({x: list(text), y: list(struct({n: number}))})
  expect(decode('<a/>', shape)).toEqual({is: '', x: [], y: []})
  expect(decode('<a><x>1</x></a>', shape)).toMatchObject({x: ['1'], y: []})
  expect(decode('<a><x>1</x><y><n>1</n></y><x>2</x></a>', shape)).toMatchObject({x: ['1', '2'], y: [{n: 1}]})
})

test('ArrayOfX is an array, of none and of one as well', () => {
  const shape = struct({val: array(ref)})
  expect(decode('<a><val/></a>', shape)?.val).toEqual([])
  const one = '<a><val><ManagedObjectReference type="Datastore">ds-1</ManagedObjectReference></val></a>'
  expect(decode(one, shape)?.val).toEqual(['ds-1'])
})

test('what nobody asked for is left out, also what has a name of every object', () => {
  const xml =
    '<a><big><x>1</x><deep><deeper/></deep></big><constructor>1</constructor><__proto__>2</__proto__><n>3</n></a>'
  const found = decode(xml, struct({n: number}))
  expect(found).toEqual({is: '', n: 3})
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
})

test('a shape can depend on what came before it, and on the type', () => {
  const val = chosen((xsi, {name}) => (name === 'n' ? number : xsi === 'string' ? text : undefined))
  const shape = struct({p: list(struct({name: text, val}))})
  const xml =
    '<a><p><name>n</name><val>5</val></p><p><name>s</name><val i:type="xsd:string">5</val></p><p><name>q</name><val>5</val></p></a>'
  expect(decode(xml, shape)?.p.map((one) => one.val)).toEqual([5, '5', undefined])
})

test('the text may be cut anywhere', () => {
  const xml = '<e:a xmlns:e="e"><n>12&amp;3</n><c><![CDATA[<x>]]></c><t>ä€😀</t></e:a>'
  const shape = struct({n: text, c: text, t: text})
  const whole = {is: '', n: '12&3', c: '<x>', t: 'ä€😀'}
  for (let size = 1; size <= xml.length; size += 1) expect(decode(xml, shape, size)).toEqual(whole)
})

test('control characters of a guest do not make the rest unreadable', () => {
  expect(decode('<a><t>x\u0001y\u001f</t><n>1</n></a>', struct({t: text, n: number}))).toEqual({
    is: '',
    t: 'x\ufffdy\ufffd',
    n: 1,
  })
})

test('no document type, no entities of its own, no endless depth, no second root, no end missing', () => {
  for (const xml of [
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a>&x;</a>',
    `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`,
    '<a></b>',
    '<a/><a/>',
    '<a>',
    'a',
    '',
  ])
    expect(() => decode(xml, struct({a: text})), xml.slice(0, 40)).toThrow()
})

test('another root is not the answer', () => {
  expect(decode('<b><n>1</n></b>', struct({n: number}))).toBeUndefined()
})

test('a call has its object first, its arguments in order, everything escaped', () => {
  const args = [
    element('name', 'a<b & "c" \r\u0000\u{1F600}'),
    element(
      'spec',
      [refElement('host', {type: 'HostSystem', ref: 'host-1'}), element('on', true)],
      'SomeSpec',
    ),
    element('n', 5, 'int'),
  ]
  const body = encodeCall('Do_Task', {type: 'VirtualMachine', ref: 'vm-1'}, args)
  expect(body).toContain('<Do_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><name>')
  expect(body).toContain('<name>a&lt;b &amp; &quot;c&quot; &#xD;\u{1F600}</name>')
  expect(body).toContain(
    '<spec xsi:type="SomeSpec"><host type="HostSystem">host-1</host><on>true</on></spec>',
  )
  expect(body).toContain('<n xsi:type="xsd:int">5</n></Do_Task></Body></Envelope>')
  expect(
    decoder(make, 'Envelope', struct({Body: struct({Do_Task: struct({name: text})})})).write(body),
  ).toBeUndefined()
})
