import type { RoundsProgress } from '../../flows/gate/3-run-rounds.ts';
import type { GateCost, GateStart } from '../../flows/gate/gate-request.ts';
import type { WantedRuns } from '../../gate/verdict.ts';
import { count, counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { priceText } from '../command/cost-text.ts';
import { modeNotes } from '../command/mode-notes.ts';
import type { Output } from '../terminal/terminal.ts';

/** Says on the note stream what is compared and what it may cost, before the first trial. */
export function announceGate({ agent, mode, base, epoch, candidate, main, cases, cost }: GateStart, output: Output): void {
  if (mode !== 'live') output.line(output.style('yellow', modeNotes[mode]));
  const where = `${base.ref}@${base.commit.slice(0, 10)}`;
  output.line(
    plainLine(`${agent}: ${candidate} of this checkout against ${main} of ${where}, baseline epoch ${epoch}, ${counted(cases, 'case')}`),
  );
  if (cost) output.line(output.style('yellow', `live model: ${gateCostText(cost)}`));
}

/** The fewest runs that can pass, and the most there will be; less is paid where trials are stored. */
function gateCostText({ fewest, most }: GateCost): string {
  const least = `${counted(fewest.trials, 'trial')} (${counted(fewest.requests, 'request')} at most)`;
  if ('limit' in most)
    return `at least ${least} to pass, ${priceText(fewest)}; no round starts that would likely bring the total above ${money(most.limit)}.`;
  if (fewest.dollars === undefined)
    return `at least ${least} to pass, at most ${count(most.trials)} (${counted(most.requests, 'request')} at most); ${priceText(fewest)}.`;
  return `at least ${least} to pass, ${priceText(fewest)}; at most ${count(most.trials)} (${counted(most.requests, 'request')} at most), about ${money(most.dollars)}. Stored ones cost nothing.`;
}

/** Says what the gate wants next, in a line. */
export function gateStepLine({ spent, wanted }: RoundsProgress): string {
  const parts = [
    describe(wanted, 'candidate', 'screen', 'screening'),
    describe(wanted, 'candidate', 'retry', 'looking closer at'),
    describe(wanted, 'baseline', 'screen', 'main on'),
    describe(wanted, 'baseline', 'retry', 'main on'),
    describe(wanted, 'baseline', 'confirm', 'main again on'),
    describe(wanted, 'candidate', 'confirm', 'the candidate again on'),
  ].filter((part) => part !== undefined);
  return `after ${counted(spent, 'trial')}: ${parts.join('; ')}`;
}

/** More cases than this are counted, not named. */
const mostNamed = 3;

function describe(
  wanted: readonly WantedRuns[],
  arm: WantedRuns['arm'],
  purpose: WantedRuns['purpose'],
  words: string,
): string | undefined {
  const those = wanted.filter((each) => each.arm === arm && each.purpose === purpose);
  if (those.length === 0) return undefined;
  const runs = those.reduce((total, each) => total + each.runs, 0);
  const names = those.length <= mostNamed ? those.map(({ caseId }) => plainLine(caseId)).join(', ') : counted(those.length, 'case');
  return `${words} ${names} (${counted(runs, 'run')})`;
}
