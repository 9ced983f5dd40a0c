import type {AwsAnswer, AwsCall} from './aws-call.js'

/**
 * Something that the simulator does not show, laid over it: sees every call, and answers it by itself, or passes it on
 * and changes the answer. One file each; a lab takes any number, the first one sees the call first.
 */
export interface AwsOverlay {
  handle(call: AwsCall, pass: Pass): Promise<AwsAnswer>
  /** What was scripted and never happened, one sentence each: a test fails on it. */
  unused?(): string[]
}

/** Hands the call to the next overlay, at last to the simulator. */
export type Pass = (call?: AwsCall) => Promise<AwsAnswer>

/** Asks the simulator itself, past all overlays. @returns the answer's body */
export type AskSimulator = (
  service: string,
  action: string,
  params?: Record<string, string>,
) => Promise<string>
