/** Whether a run stops before its last epoch. */

/**
 * True once `patience` epochs have passed since the one with the best validation F1.
 *
 * @param epoch The epoch that has just ended, from 1.
 * @param bestEpoch The first epoch that reached the best F1 so far; null without a validation split.
 * @param patience In epochs; null never stops a run.
 */
export function shouldStopEarly(epoch: number, bestEpoch: number | null, patience: number | null): boolean {
  return patience !== null && bestEpoch !== null && epoch - bestEpoch >= patience;
}
