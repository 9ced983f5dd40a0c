import {faultOf, lost, messageOf} from './faults.js'

/**
 * Once something was sent, "could not reach it" no longer means that nothing happened: the engine would forget the step
 * and never take it back. @throws `lost` instead of `unreachable` and `refused`
 */
export async function afterSending<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const fault = faultOf(error)
    if (fault === 'unreachable' || fault === 'refused') throw lost(messageOf(error))
    throw error
  }
}
