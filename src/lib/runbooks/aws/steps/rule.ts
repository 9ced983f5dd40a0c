import {type Step, step} from '../../../engine/step.js'
import type {AwsSystems} from '../../../systems/aws/account.js'
import type {Rule, RuleContent, Tags} from '../../../systems/aws/network.js'
import {paced} from '../amounts.js'
import {ruleWords, sameRule} from '../rule-words.js'
import {MARK, markTags} from '../temporary.js'

type Allowed = {rule: string | null; mine: boolean}

const SEEN_MS = 60_000

/** Lets something in. What lets it in already is adopted, and an undo leaves it: only what has our mark is taken away. */
export function allowStep(
  systems: AwsSystems,
  account: string,
  group: string,
  content: RuleContent,
  {mark, expires}: {mark: string; expires: string | null},
): Step {
  const look = async (signal: AbortSignal) =>
    (await (await systems.aws(account)).rulesOf(group, signal)).find((one) => sameRule(one, content))
  return step<Allowed>({
    id: 'allow',
    says: `${group}: let in ${ruleWords(content)}${expires === null ? '' : `, until ${expires}`}`,
    async probe(signal) {
      const found = await look(signal)
      return {
        reached: found !== undefined,
        saw: found ? `${found.id} lets it in` : 'no rule lets it in',
        before: {rule: found?.id ?? null, mine: found?.tags[MARK] === mark},
      }
    },
    apply: async (signal) =>
      (await systems.aws(account)).allow(group, content, markTags(mark, expires), signal),
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${group}: take away the rule that lets in ${ruleWords(content)}, if this run made it`,
      async run(_before, signal) {
        const found = await look(signal)
        if (found?.tags[MARK] === mark) await (await systems.aws(account)).revoke(group, found.id, signal)
      },
      restored: (now) => !now.mine,
    },
  })
}

type Kept = {content: RuleContent | null; tags: Tags}

/** Takes a rule away; undo makes one with the same content, description and tags, which has another id. */
export function revokeStep(systems: AwsSystems, account: string, rule: Rule): Step {
  const {group} = rule
  return step<Kept>({
    id: `revoke.${rule.id}`,
    says: `${group}: take away ${rule.id}, which lets in ${ruleWords(rule)}`,
    async probe(signal) {
      const found = await same(systems, account, rule, signal)
      return {
        reached: found === undefined,
        saw: found ? `${found.id} lets in ${ruleWords(found)}` : 'no rule lets it in',
        before: found ? {content: contentOf(found), tags: ownTags(found.tags)} : {content: null, tags: {}},
      }
    },
    async apply(signal) {
      const found = await same(systems, account, rule, signal)
      if (found) await (await systems.aws(account)).revoke(group, found.id, signal)
    },
    patienceMs: SEEN_MS,
    pollMs: paced,
    undo: {
      kind: 'restore',
      says: `${group}: let in ${ruleWords(rule)} again, by a rule with another id`,
      async run({content, tags}, signal) {
        if (content) await (await systems.aws(account)).allow(group, content, tags, signal)
      },
    },
  })
}

async function same(systems: AwsSystems, account: string, rule: Rule, signal: AbortSignal) {
  const rules = await (await systems.aws(account)).rulesOf(rule.group, signal)
  return rules.find((one) => sameRule(one, rule))
}

function contentOf({protocol, from, to, source, owner, description}: Rule): RuleContent {
  return {protocol, from, to, source, owner, description}
}

/** Only AWS itself may write tags that begin with `aws:`. */
function ownTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')))
}
