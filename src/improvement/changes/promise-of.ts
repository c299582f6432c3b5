import type { Problem } from '../../contracts/improvement-plan.ts';
import type { ChangePromise } from '../../contracts/promise.ts';
import { within, wordsOf } from '../labelled-figures.ts';
import type { Evidence, Proposal } from './proposer.ts';

/** Codes by which Docket's own scorers say that the choice itself is wrong. */
const choiceCodes = /^(?:false-approval|false-denial|wrong-decision|policy-agreement)$/;

/** What a model that was told so may still get wrong, 0..1; code gets nothing wrong. */
const shareOfModel = 0.05;
/** How much dearer a run may become for it. */
const dearer = 1.5;

/** What a change promises: the problems that it was proposed for, and the scorers' findings that mean the same, fall; all else stays. */
export function promiseOf({ group, evidence }: Proposal, { of, problems, tally }: Evidence): ChangePromise {
  const own = problems.filter(({ id }) => evidence.includes(id));
  const to = group === 'tools' ? 0 : shareOfModel;
  const place = ({ cases, examples }: Problem) => ({
    cases: [...cases],
    traces: examples.filter(({ kind }) => kind === 'trace').map(({ run }) => run),
  });
  const byScorer = new Map<string, ChangePromise['falls'][number]>();
  for (const problem of own) {
    for (const { code, runs } of problem.findings) {
      if (!means(code, problem, of.agent.approvalField) || byScorer.has(code)) continue;
      byScorer.set(code, { finding: code, by: 'scorer', ...place(problem), seen: { runs, of: problem.seen.of }, to });
    }
  }
  const falling = new Set(byScorer.keys());
  const right = [...tally.cases].filter(([, isRight]) => isRight).map(([name]) => name);
  const spent = tally.dollars.measure();
  return {
    falls: [
      ...own.map((problem): ChangePromise['falls'][number] => ({
        finding: problem.id,
        by: 'detector',
        ...place(problem),
        seen: { runs: problem.seen.runs, of: problem.seen.of },
        // What falls as a consequence of a tool is the model's to get right all the same.
        to: problem.cause === 'tool' && problem.detector !== 'against-policy' ? 0 : shareOfModel,
      })),
      ...byScorer.values(),
    ],
    holds: [
      ...[...tally.findings].flatMap(([finding, runs]): ChangePromise['holds'] =>
        falling.has(finding) ? [] : [{ what: 'finding', finding, share: runs / tally.runs }],
      ),
      ...[...tally.fields].flatMap(([field, { right: often, of: judged }]): ChangePromise['holds'] =>
        judged === 0 || own.some(({ about }) => about.field === field) ? [] : [{ what: 'field', field, share: often / judged }],
      ),
      ...(right.length > 0 ? [{ what: 'cases' as const, cases: right }] : []),
      ...(spent && spent.total > 0 ? [{ what: 'dollars' as const, perRun: (spent.total / spent.runs) * dearer }] : []),
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
