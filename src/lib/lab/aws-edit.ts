import type {AwsAnswer} from './aws-call.js'
import {formatXml, parseXml, type XmlNode} from './xml-tree.js'

/** The answer with its document changed; refusals stay as they are. */
export function edited(answer: AwsAnswer, edit: (root: XmlNode) => void): AwsAnswer {
  if (answer.status !== 200) return answer
  const root = parseXml(String(answer.body))
  edit(root)
  return {
    status: answer.status,
    headers: {'content-type': 'text/xml'},
    body: `<?xml version="1.0" encoding="utf-8"?>${formatXml(root)}`,
  }
}
