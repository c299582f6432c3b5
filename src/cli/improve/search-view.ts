import { relative } from 'node:path';
import type { PromptSearch } from '../../contracts/prompt-search.ts';
import type { Searched } from '../../flows/improve/search/index.ts';
import { count, counted, estimatedShare, money, ratio, statistic } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

/** What was tried, what came of the held-out cases, and where the candidate stands. */
export function searchLines({ search, files, unwritten, unfinished }: Searched, output: Output): string[] {
  const { agent, version, mode, proposer, split, rounds, prompts, best, stopped, spent, trials } = search;
  const dropped = rounds.filter((round) => round.dropped !== undefined);
  const who =
    proposer === undefined ? '' : ` · ${proposer.mode === 'simulated' ? 'simulated proposer' : `proposed by ${plainLine(proposer.model)}`}`;
  return [
    '',
    ` ${plainLine(`${version.name} of ${agent}`)} · ${mode} model${who} · ${counted(split.training.length, 'training case')}, ${count(split.heldOut.length)} held out · ${counted(trials, 'trial')} each`,
    ` ${counted(spent.questions, 'question')}, ${counted(spent.trials, 'trial')} run${mode === 'live' && spent.dollars !== undefined ? `, ${money(spent.dollars)} spent` : ''}. Ended: ${plainLine(stopped)}.`,
    '',
    ...prompts.map(
      ({ training, onFront, from }, at) =>
        ` ${String(at).padStart(3)}  ${ratio(training).padEnd(18)} ${at === 0 ? 'as it is' : `made of ${from.join(' and ')}`}${onFront ? ', on the front' : ''}${at === best && at > 0 ? ', the best in training' : ''}`,
    ),
    ...(dropped.length === 0 ? [] : [output.style('dim', ` ${counted(dropped.length, 'proposal')} dropped: ${reasons(dropped)}.`)]),
    '',
    ...heldOutLines(search, output),
    ...(search.change === undefined
      ? []
      : [
          ` The candidate is change ${search.change} of reports/improvement-plan.json: a draft like any other, which nothing has put in place.`,
        ]),
    ...(unfinished ? [output.style('yellow', ' ! Not at its end: the same command goes on.')] : []),
    '',
    ...files.map((file) => ` ${plainLine(relative(process.cwd(), file) || file)}`),
    ...(unwritten === undefined ? [] : [output.style('yellow', ` ! ${plainText(unwritten)}`)]),
    '',
  ];
}

function heldOutLines({ heldOut, notLooked }: PromptSearch, output: Output): string[] {
  if (!heldOut) return [` Held-out cases: ${plainLine(notLooked ?? 'not looked at')}.`];
  const { cases, original, candidate, difference, p } = heldOut;
  const decided = difference.low > 0 ? 'green' : 'yellow';
  const words =
    difference.value <= 0
      ? 'No better than the original where nobody had looked: nothing is proposed.'
      : difference.low > 0
        ? 'Better where nobody had looked.'
        : 'Better, but by so few cases that it is not shown: the bounds of the difference hold 0.';
  return [
    ` Held-out cases, looked at once: ${counted(cases.length, 'case')}`,
    `   as it is    ${estimatedShare(original)}`,
    `   candidate   ${estimatedShare(candidate)}`,
    `   difference  ${estimatedShare(difference)}; exchange test p = ${statistic(p)}`,
    output.style(decided, `   ${words}`),
  ];
}

/** Each reason once, with how often. */
function reasons(dropped: PromptSearch['rounds']): string {
  const counts = Map.groupBy(dropped, ({ dropped: why = '' }) => why.replace(/:.*$/, ''));
  return [...counts].map(([why, some]) => `${plainLine(why)} (${count(some.length)})`).join(', ');
}
