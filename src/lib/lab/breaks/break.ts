import type {Detail} from '../incidents.js'
import type {LabPartName, LabRecord} from '../lab-record.js'

/** A trouble that can be made on purpose, to practise on. */
export interface Break {
  name: string
  part: LabPartName
  /** What it does, in at most 30 letters. */
  says: string
  /** The command that cures it: `redis force-failover`. */
  cure: string
  /** What is to be learned, for those who want to know before. */
  hint: string
  /** Commands that lead from the first look to the cure. @param dir of the part */
  practise(dir: string): string[]
  /** @returns who was hit */
  break(lab: BrokenLab): Promise<Detail>
  /** What is to be done meanwhile, where the trouble alone is no task. Such a break is never a surprise. */
  task?(detail: Detail): string
  /** A fresh look at the daemons themselves. */
  look(lab: BrokenLab, detail: Detail): Promise<Seen>
  /** Puts it right by the lab's own means, and everything that it leaves behind. */
  mend(lab: BrokenLab, detail: Detail): Promise<void>
  /** What has to be done again and again to keep the trouble up. */
  keepUp?(lab: BrokenLab, detail: Detail): Promise<void>
}

export interface BrokenLab {
  record: LabRecord
  stateDir: string
  /** From 0 to below 1. */
  random(): number
}

export type Seen = {over: boolean; saw: string}

export function oneOf<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)]
  if (one === undefined) throw new Error('there is nobody to choose from')
  return one
}
