import type { Problem } from '../../contracts/improvement-plan.ts';
import type { ChangePromise } from '../../contracts/promise.ts';
import type { Tally } from '../../stats/two-by-two.ts';
import { within, wordsOf } from '../labelled-figures.ts';
import { costOfChange } from './cost-of-change.ts';
import type { Evidence, Proposal } from './proposer.ts';

/** Codes by which Docket's own scorers say that the choice itself is wrong. */
const choiceCodes = /^(?:false-approval|false-denial|wrong-decision|policy-agreement)$/;

/** What a model that was told so may still get wrong, 0..1; code gets nothing wrong. */
const shareOfModel = 0.05;
/** What goes wrong so often cannot get noticeably worse: to promise that it does not would promise nothing. */
const hopeless = 0.9;

/** What a change promises: the problems that it was proposed for, and the scorers' findings that mean the same, fall; all else stays. */
export function promiseOf(proposal: Proposal, { of, problems, tally }: Evidence): ChangePromise {
  const { group, evidence } = proposal;
  const found = problems.filter(({ id }) => evidence.includes(id));
  // A number that is said from now on is no success by itself: what it is reckoned into is.
  const effects = found.filter(({ detector, about }) => detector !== 'missing-rule' || about.figure === undefined);
  const own = effects.length > 0 ? effects : found;
  const fallsTo = (least: number, seen: Tally) => Math.min(least, seen.runs / seen.of / 2);
  const to = group === 'tools' ? 0 : shareOfModel;
  const place = ({ cases, examples }: Problem) => ({
    cases: [...cases],
    traces: examples.filter(({ kind }) => kind === 'trace').map(({ run }) => run),
  });
  const byScorer = new Map<string, ChangePromise['falls'][number]>();
  for (const problem of own) {
    for (const { code, runs } of problem.findings) {
      if (!means(code, problem, of.agent.approvalField) || byScorer.has(code)) continue;
      const seen = { runs, of: problem.seen.of };
      byScorer.set(code, { finding: code, by: 'scorer', ...place(problem), seen, to: fallsTo(to, seen) });
    }
  }
  const falling = new Set(byScorer.keys());
  const right = [...tally.cases].filter(([, isRight]) => isRight).map(([name]) => name);
  const cost = costOfChange(proposal, tally);
  return {
    falls: [
      ...own.map((problem): ChangePromise['falls'][number] => ({
        finding: problem.id,
        by: 'detector',
        ...place(problem),
        seen: { runs: problem.seen.runs, of: problem.seen.of },
        // What falls as a consequence of a tool is the model's to get right all the same.
        to: problem.cause === 'tool' && problem.detector !== 'against-policy' ? 0 : fallsTo(shareOfModel, problem.seen),
      })),
      ...byScorer.values(),
    ],
    holds: [
      ...[...tally.findings].flatMap(([finding, runs]): ChangePromise['holds'] =>
        falling.has(finding) || runs / tally.runs >= hopeless ? [] : [{ what: 'finding', finding, share: runs / tally.runs }],
      ),
      ...[...tally.fields].flatMap(([field, { right: often, of: judged }]): ChangePromise['holds'] =>
        judged === 0 || 1 - often / judged >= hopeless || own.some(({ about }) => about.field === field)
          ? []
          : [{ what: 'field', field, share: often / judged }],
      ),
      ...(right.length > 0 ? [{ what: 'cases' as const, cases: right }] : []),
      ...(cost ? [{ what: 'dollars' as const, ...cost }] : []),
    ],
  };
}

/** True where a scorer's code says what the problem says: by the name of the field, of the detector, or that the choice is wrong. */
function means(code: string, { about, detector }: Problem, approvalField: string | undefined): boolean {
  const words = wordsOf(code);
  if (about.field === undefined) return within(wordsOf(detector), words);
  if (about.field === approvalField) return choiceCodes.test(code) && detector === 'against-policy';
  return within(wordsOf(about.field), words);
}
