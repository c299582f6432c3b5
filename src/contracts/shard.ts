/** One of several parts of a run's trials, which machines run beside each other. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  /** How many there are. */
  readonly count: number;
}

/** More than any CI runs at once. */
export const mostShards = 1000;

/** As it is written on the command line: `2/3`. */
export function shardText({ number, count }: Shard): string {
  return `${number}/${count}`;
}
