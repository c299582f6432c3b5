import { count, listed } from '../../text/figures.ts';
import { visibleText } from '../../text/hostile-text.ts';
import type { SyncExpectationResult } from '../matcher-types.ts';
import type { Look } from './subject.ts';

/** Most different findings and commands that one message lists. */
const most = { findings: 12, commands: 4 };

/**
 * The result of a matcher over several subjects. It holds when it holds for every one of them; with `.not`, when it holds for none:
 * "not all of them" is never what a suite means to say.
 * @param expectation what is expected, as it reads after "to": `decide {"approved":false}`
 */
export function allHold(isNot: boolean, expectation: string, looks: readonly Look[]): SyncExpectationResult {
  const holding = looks.filter(({ holds }) => holds);
  const wrong = isNot ? holding : looks.filter(({ holds }) => !holds);
  const message = () => {
    const what = looks.every(({ number }) => number === undefined) ? 'set of trials' : 'trial';
    const [only] = looks;
    const share = looks.length === 1 && only ? `this ${what} does` : `${count(wrong.length)} of ${count(looks.length)} do`;
    return explain(`Expected ${isNot ? 'no' : 'every'} ${what} to ${expectation}, but ${share}${isNot ? '' : ' not'}:`, wrong);
  };
  return { pass: isNot ? holding.length > 0 : wrong.length === 0, message };
}

/** A headline, what came by case and trial numbers, and the commands that show it again. */
export function explain(headline: string, looks: readonly Look[]): string {
  const groups = new Map<string, { readonly look: Look; readonly numbers: number[] }>();
  for (const look of looks) {
    const key = JSON.stringify([look.caseId, look.version, look.came]);
    const group = groups.get(key) ?? { look, numbers: [] };
    if (look.number !== undefined) group.numbers.push(look.number);
    groups.set(key, group);
  }
  const lines = [...groups.values()].map(
    ({ look, numbers }) => `  ${look.caseId} ${look.version}${numbers.length > 0 ? `, ${trialNumbers(numbers)}` : ''}: ${look.came}`,
  );
  const commands = [...new Set(looks.flatMap(({ rerun }) => rerun.split('\n')))];
  return visibleText(
    [
      headline,
      ...cut(lines, most.findings),
      '',
      'Rerun:',
      ...cut(
        commands.map((command) => `  ${command}`),
        most.commands,
      ),
    ].join('\n'),
  );
}

function cut(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `  … and ${lines.length - most} more`];
}

/** `trial 2`, `trials 1, 3 and 4`. */
export function trialNumbers(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((one, other) => one - other);
  return `${sorted.length === 1 ? 'trial' : 'trials'} ${listed(sorted.map(String))}`;
}
