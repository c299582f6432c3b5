import { valueMutator } from './value-faults.ts';
import { amountOf, printedLike } from './values.ts';

/** A number is one too high: a border on the wrong side. */
export const offByOne = valueMutator('off-by-one', import.meta.url, (value) => printedLike(value, amountOf(value) + 1));
