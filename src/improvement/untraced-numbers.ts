import type { InventedRule } from './invented-rules.ts';
import { numbersIn, says } from './labelled-figures.ts';
import type { SpokenRun } from './spoken-run.ts';

/** A number of the model's own, with the sentence that has it. */
export interface UntracedNumber {
  readonly text: string;
  readonly sentence: string;
}

/** Whole numbers this small count things. */
const smallest = 12;

/** Numbers in the words of a run that nobody gave and that no two given ones make by a sum, a difference or, of times, a quotient. */
export function untracedNumbers(reading: SpokenRun, rules: readonly InventedRule[]): UntracedNumber[] {
  if (!reading.hasSources || !reading.hasInput) return [];
  const invented = new Set(rules.map(({ sentence }) => sentence));
  const sources = [...reading.sources];
  return reading.sentences.flatMap((sentence) => {
    if (invented.has(sentence)) return [];
    return numbersIn(sentence).flatMap((figure) => {
      const { value, text, unit, step, index } = figure;
      const after = sentence.slice(index + text.length);
      if (unit === 'plain' && Number.isInteger(value) && value <= smallest) return [];
      if (/^(?:st|nd|rd|th|-)/.test(after) || /[-/]$/.test(sentence.slice(0, index))) return [];
      const scaled = /^\s?(?:k|thousand)\b/i.test(after) ? 1_000 : /^\s?(?:m|million)\b/i.test(after) ? 1_000_000 : 1;
      const wanted = { value: value * scaled, step: step * scaled };
      const matches = (made: number) => says(wanted, made) || says(wanted, made * 100) || (unit !== 'percent' && says(wanted, made / 100));
      if (sources.some(matches)) return [];
      const isTimes = /^\s?(?:x\b|times\b)/.test(after);
      const near = sources.filter((each) => each !== 0);
      if (
        near.some((one) =>
          near.some((other) =>
            isTimes
              ? says(wanted, one / other) || says(wanted, one / (other * 12))
              : says(wanted, one - other) || (unit !== 'percent' && says(wanted, one + other)),
          ),
        )
      )
        return [];
      return [{ text: text.trim(), sentence }];
    });
  });
}
