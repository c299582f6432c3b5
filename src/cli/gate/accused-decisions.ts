import { ownField } from '../../contracts/own-field.ts';
import { isProse } from '../../contracts/prose.ts';
import type { CaseArm, ReportedCase } from '../../contracts/reported-case.ts';
import { shownValue } from '../../reporters/shown-value.ts';
import { count, counted } from '../../text/figures.ts';

/** What was expected in a case and what both sides decided most often, in a line each; prose is left to the page. */
export function accusedDecisions({ expected, baseline, candidate }: ReportedCase): string[] {
  const fields = Object.keys(expected);
  return [
    `expected:  ${shown(expected, fields)}`,
    ...mostFrequent('main', baseline, fields),
    ...mostFrequent('candidate', candidate, fields),
  ];
}

function mostFrequent(name: string, { runs, trials }: CaseArm, fields: readonly string[]): string[] {
  const answers = new Map<string, number>();
  for (const { decision, outcome } of trials) {
    const text = decision ? shown(decision, [...fields, ...Object.keys(decision)]) : `no decision (${outcome})`;
    answers.set(text, (answers.get(text) ?? 0) + 1);
  }
  const [first, ...others] = [...answers].sort(([, one], [, other]) => other - one);
  if (!first) return [];
  const [text, times] = first;
  // Counts are committed, transcripts are not: this machine may have fewer of them.
  const here = trials.length < runs ? ' stored here' : '';
  const more = others.length > 0 ? `, ${counted(others.length, 'other answer')}` : '';
  return [`${`${name}:`.padEnd(10)} ${text} (${count(times)} of ${count(trials.length)}${here}${more})`];
}

/** The labelled fields first. */
function shown(decision: ReportedCase['expected'], fields: readonly string[]): string {
  return [...new Set(fields)]
    .filter((field) => !isProse(ownField(decision, field)))
    .map((field) => `${field} ${shownValue(ownField(decision, field))}`)
    .join(', ');
}
