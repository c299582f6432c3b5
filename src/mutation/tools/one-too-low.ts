import { valueMutator } from './value-faults.ts';
import { amountOf, printedLike } from './values.ts';

/** A number is one too low: a border on the other wrong side. */
export const oneTooLow = valueMutator('one-too-low', import.meta.url, (value) => printedLike(value, amountOf(value) - 1));
