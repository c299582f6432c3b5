/** Where an object that reads its trials on demand says how many there are. */
export const trialCount: unique symbol = Symbol('number of trials');

interface WithTrials {
  readonly trials: readonly unknown[];
  readonly [trialCount]?: number | undefined;
}

/** How many trials it has; they are read only where it does not say. */
export function trialCountOf(holder: WithTrials): number {
  return holder[trialCount] ?? holder.trials.length;
}
