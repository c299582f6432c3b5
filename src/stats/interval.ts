/** A value with a lower and an upper bound, in the value's own unit. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
