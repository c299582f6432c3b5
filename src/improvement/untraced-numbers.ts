import { isAnybodys, isTraced } from '../text/number-sources.ts';
import { numbersIn } from '../text/numbers-in.ts';
import type { InventedRule } from './invented-rules.ts';
import type { SpokenRun } from './spoken-run.ts';

/** A number of the model's own, with the sentence that has it. */
export interface UntracedNumber {
  readonly text: string;
  readonly sentence: string;
}

/** Numbers in the words of a run that come from nowhere; those of rules that nobody gave are another matter. */
export function untracedNumbers(reading: SpokenRun, rules: readonly InventedRule[]): UntracedNumber[] {
  if (!reading.hasSources || !reading.hasInput) return [];
  const invented = new Set(rules.map(({ sentence }) => sentence));
  return reading.sentences
    .filter((sentence) => !invented.has(sentence))
    .flatMap((sentence) =>
      numbersIn(sentence).flatMap((said) => (isAnybodys(said) || isTraced(said, reading.sources) ? [] : [{ text: said.text, sentence }])),
    );
}
