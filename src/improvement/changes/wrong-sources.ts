import { noWords, yesWords } from '../prompt-rules.ts';
import type { Evidence } from './proposer.ts';

const instruction =
  /\b(?:ignore|disregard|forget|instead|always|never|must|should|rules?|instructions?|above|below|system|prompt|baseline|merge)\b/i;

/** True for what may be the name of a figure. Names are what runs say, and a sentence among them would be an instruction in the next prompt. */
export function isPlainName(label: string): boolean {
  const words = label.trim().split(/\s+/);
  return (
    /^[\p{L}\p{N}_. -]{1,40}$/u.test(label) &&
    words.length <= 5 &&
    !instruction.test(label) &&
    !yesWords.test(label) &&
    !noWords.test(label)
  );
}

/** Where a field was copied from in runs, and must not be: `the input's loan_amount`, `the "Existing monthly debt" of calc_dti`. */
export function wrongSources({ of, problems }: Evidence, field: string): string[] {
  return problems
    .filter(({ detector, about }) => detector === 'wrong-source' && about.field === field)
    .flatMap(({ what }) => {
      const source = what.replace(`${field} is copied from `, '');
      const [, tool = '', label = ''] = /^(\S+)'s "(.*)"$/.exec(source) ?? [];
      if (of.agent.tools.some(({ name }) => name === tool)) return isPlainName(label) ? [`the "${label}" of ${tool}`] : [];
      const input = /^the input's (.+)$/.exec(source)?.[1];
      return input !== undefined && isPlainName(input) ? [source] : [];
    });
}
