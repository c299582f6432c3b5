import { dirname, join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import type { Draft } from '../../contracts/draft.ts';
import type { ImprovementPlan, Note } from '../../contracts/improvement-plan.ts';
import { proposeChanges } from '../../improvement/changes/changes.ts';
import { coreFinding } from '../../improvement/core-finding.ts';
import { worksWell } from '../../improvement/works-well.ts';
import { improvementMarkdown } from '../../reporters/improvement-markdown.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';
import type { SeenRuns } from './2-find-problems.ts';
import type { ComparedRuns } from './compare-runs.ts';
import type { DrawnTraces } from './draw-traces.ts';

const names = { json: 'improvement-plan.json', markdown: 'improvement-plan.md' } as const;

/** What the plan is made of beside what was seen. */
export interface PlanParts {
  readonly source: 'traces' | 'trials';
  readonly notes: readonly Note[];
  /** The window that the traces were drawn from. */
  readonly drawn?: DrawnTraces;
  /** What a comparison with other runs showed. */
  readonly compared?: ComparedRuns;
  /** Drafts for the runs that the problems name. */
  readonly draft: (plan: Pick<ImprovementPlan, 'problems'>) => Promise<readonly Draft[]>;
}

/** The plan for a version: problems, what is well, changes with their promises, and how to see whether they kept them. */
export async function makePlan(
  { of, leftOut, notes: said }: Pick<SeenRuns, 'of' | 'leftOut' | 'notes'>,
  { source, notes, drawn, compared, draft }: PlanParts,
): Promise<ImprovementPlan> {
  const { tally, reading, finder, origin } = of;
  const { agent } = reading;
  const problems = [...finder.problems(), ...(compared?.problems ?? [])];
  const changes = proposeChanges({ of: reading, problems, tally });
  return {
    kind: 'improvement-plan',
    schemaVersion: 1,
    agent: agent.name,
    version: { name: origin.version, fingerprints: [...of.fingerprints].sort() },
    context: {
      source,
      from: tally.from,
      to: tally.to,
      runs: tally.runs,
      ...(drawn && drawn.traces > drawn.ids.length ? { drawnFrom: drawn.traces } : {}),
      findings: drawn
        ? [...drawn.findings]
            .map(([code, { traces, example }]) => ({ code, runs: traces, example }))
            .sort((one, other) => other.runs - one.runs)
        : [...tally.findings].map(([code, runs]) => ({ code, runs })).sort((one, other) => other.runs - one.runs),
      withInput: tally.withInput,
      withDecision: tally.withDecision,
      cases: tally.caseIds.size,
      models: [...tally.models].map(([model, runs]) => ({ model, runs })).sort((one, other) => other.runs - one.runs),
      simulated: tally.simulated,
      takenFor: of.takenFor,
      leftOut: [...leftOut],
      tokensIn: tally.tokensIn.measure(),
      tokensOut: tally.tokensOut.measure(),
      durationMs: tally.durationMs.measure(),
      dollars: tally.dollars.measure(),
      errors: tally.errors,
      policy: agent.hasPolicy,
      ...(compared ? { against: compared.context } : {}),
    },
    core: [...coreFinding(problems, tally.runs)],
    problems,
    worksWell: worksWell(tally),
    changes,
    notes: [...said, ...notes].slice(0, 40),
    drafts: [...(await draft({ problems }))],
    verification: verification(changes.length > 0, origin.version, source),
  };
}

function verification(hasChanges: boolean, version: string, source: 'traces' | 'trials'): string[] {
  if (!hasChanges) return [`Nothing to change. Look again when there are more runs: docket improve --version ${version}.`];
  return [
    'Make one change at a time, in a version of its own, so that each promise can be checked by itself.',
    ...(source === 'traces'
      ? ['docket cases draft --by finding, then docket cases review: the runs above become cases before anything is changed.']
      : []),
    `docket eval --versions ${version},<next>: the findings that a change promises to lower have fallen on its cases, and no other rose.`,
    'docket improve --from-trials --version <next>: the problems that a change promises to end are gone, and no new one is there.',
    'docket gate: nothing got worse, with the statistics that block a merge.',
  ];
}

/** Writes `reports/improvement-plan.json` and `.md` below the root. */
export function writePlan(root: string, plan: ImprovementPlan): WrittenReports {
  const within = repositoryAround(root);
  const texts = { [names.json]: `${JSON.stringify(plan, null, 1)}\n`, [names.markdown]: improvementMarkdown(plan) };
  const files: string[] = [];
  const faults = new Map<string, string[]>();
  for (const [name, text] of Object.entries(texts)) {
    const file = join(root, 'reports', name);
    const fault = writeCheckoutFile(file, within, [text]);
    if (fault === undefined) files.push(file);
    else faults.set(fault.fault, [...(faults.get(fault.fault) ?? []), name]);
  }
  return faults.size === 0 ? { files } : { files, unwritten: unwrittenText(dirname(join(root, 'reports', names.json)), faults) };
}
