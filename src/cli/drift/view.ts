import type { MainAgain } from '../../flows/gate/try-main-again.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Drift } from '../../gate/drift.ts';
import type { Counts } from '../../stats/counts.ts';
import { largestOf } from '../../stats/extremes.ts';
import { count, counted, dropText, listed, money, percent, statistic } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

/** The answer in one sentence. */
export function driftSentence({ moved, cases, most, suite }: MainAgain): string {
  const { stored, now } = sums(cases);
  const rates = `${rate(now)} of its runs now, ${rate(stored)} of the stored ones`;
  if (!moved) return `Main passes as its stored runs say: ${rates} (p = ${statistic(Math.min(suite.pValue, most?.pValue ?? 1))}).`;
  return `Main has moved, though nothing changed here: ${movedText(moved, cases, rates)} (p = ${statistic(moved.pValue)}).`;
}

function movedText({ caseId }: Drift, cases: MainAgain['cases'], rates: string): string {
  const found = cases.find(({ id }) => id === caseId);
  if (!found) return `the suite passes in ${rates}`;
  const { stored, now } = found;
  return `the case ${found.id} passes in ${count(now.passes)} of ${counted(now.runs, 'run')} now, and did in ${count(stored.passes)} of ${count(stored.runs)}`;
}

/** The answer, each case that is not as it was, and what is to be done. */
export function driftLines({ agent, version, mode, epoch, recordedAt }: Baseline, again: MainAgain, output: Output): string[] {
  const { moved, cases, leftOut, notices, trials, dollars, visible } = again;
  const differing = cases.filter(({ stored, now }) => now.passes * stored.runs !== stored.passes * now.runs);
  const spent = dollars === undefined ? '' : ` · ${money(dollars)} spent`;
  const width = largestOf(differing.map(({ id }) => id.length));
  return [
    '',
    ` ${plainLine(`${version.name} of ${agent}`)} · ${mode} model · baseline epoch ${epoch} of ${recordedAt.slice(0, 10)} · ${count(trials.run)} run, ${count(trials.reused)} reused${spent}`,
    '',
    output.style(moved ? 'red' : 'green', ` ${moved ? '✗' : '✓'} ${plainLine(driftSentence(again))}`),
    ...differing.map(({ id, stored, now }) => ` ${plainLine(id.padEnd(width))}  now ${fraction(now)}, stored ${fraction(stored)}`),
    ...notices.map((notice) => output.style('yellow', ` ! ${plainLine(notice)}`)),
    ...(leftOut.length === 0 ? [] : [` Not compared: ${plainLine(listed(leftOut.map(({ id, why }) => `${id} (${why})`)))}.`]),
    output.style(
      'dim',
      ` ${visible ? `So many runs show a drop of ${dropText(visible.drop)} across the suite four times out of five; a smaller one may go unseen.` : 'So few runs show no drop of the whole suite, however large: give more with --trials.'} An unchanged main is said to have moved once in a hundred times.`,
    ),
    ...(moved
      ? [
          ' Was the model changed behind its name, or a service that the agent uses? If it stays so: docket baseline refresh, and commit the file.',
        ]
      : []),
    ' The baseline is unchanged.',
    '',
  ];
}

function sums(cases: MainAgain['cases']): { readonly stored: Counts; readonly now: Counts } {
  const sum = (of: 'stored' | 'now') => ({
    passes: cases.reduce((passes, each) => passes + each[of].passes, 0),
    runs: cases.reduce((runs, each) => runs + each[of].runs, 0),
  });
  return { stored: sum('stored'), now: sum('now') };
}

function rate({ passes, runs }: Counts): string {
  return percent(passes / runs);
}

function fraction({ passes, runs }: Counts): string {
  return `${count(passes)}/${count(runs)}`;
}
