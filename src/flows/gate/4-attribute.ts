import { fingerprintTools, fingerprintVersion } from '../../agent/fingerprint.ts';
import type { Version } from '../../agent/version.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { Attribution } from '../../contracts/verdict.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { runTrials } from '../../trials/run-trials.ts';
import type { LoadedCase } from '../evaluate/1-load-cases.ts';
import { runnerOf } from '../evaluate/2-run-trials.ts';
import { scoreTrial } from '../evaluate/3-score-trials.ts';
import { recordScores } from '../record-scores.ts';
import type { GateArm } from './3-run-rounds.ts';
import { owedFields } from './decision-change.ts';
import type { SpendingTally } from './spending.ts';

type Side = 'baseline' | 'candidate';
type Cell = Attribution['cells'][number];
type Factor = 'prompt' | 'toolVariant' | 'model';

const factors: readonly Factor[] = ['prompt', 'toolVariant', 'model'];
const words: Readonly<Record<Factor, string>> = { prompt: 'the prompt', toolVariant: 'the tools', model: 'the model' };

export interface AttributionPlan {
  readonly arms: Readonly<Record<Side, GateArm>>;
  /** The accused cases, the worst first. */
  readonly accused: readonly LoadedCase[];
  /** Most runs of each accused case in each mixture. */
  readonly runs: number;
  /** Model runs that the budget leaves for this. */
  readonly left: number;
  readonly spending: SpendingTally;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Names the part of the change that did it: mixes the parts that differ (prompt, tools, model) and runs the mixtures on the accused cases. One
 * part alone that makes them fail is the factor; when none does alone, it is how they work together.
 */
export async function attribute(plan: AttributionPlan): Promise<Attribution> {
  const changed = await changedFactors(plan.arms);
  const [only] = changed;
  if (changed.length === 1 && only) return { factor: only, reason: `Only ${words[only]} changed.`, cells: [] };
  if (changed.length === 0) {
    return {
      factor: 'unclear',
      reason: 'Prompt, tools and model are the same; what changed is the user message, a setting or the simulated model.',
      cells: [],
    };
  }
  const wanted = mixtures(changed);
  const runs = Math.min(plan.runs, Math.floor(plan.left / (wanted.length * plan.accused.length)));
  if (runs < 1) {
    return {
      factor: 'unclear',
      reason: `${changed.map((each) => words[each]).join(' and ')} changed, and the budget leaves no runs to try them apart.`.replace(
        /^t/,
        'T',
      ),
      cells: [],
    };
  }
  const cells: Cell[] = [];
  for (const mixture of wanted) cells.push(await runCell({ ...plan, runs }, mixture));
  return conclude(changed, cells);
}

/** Parts that differ, by what the model sees and what decides the tools' answers. */
async function changedFactors({ baseline, candidate }: AttributionPlan['arms']): Promise<Factor[]> {
  const [main, next] = [baseline.prepared.version, candidate.prepared.version];
  const tools = await Promise.all([fingerprintTools(main.toolVariant), fingerprintTools(next.toolVariant)]);
  return factors.filter((factor) => {
    if (factor === 'prompt') return main.prompt.text !== next.prompt.text;
    if (factor === 'model') return main.model !== next.model || canonicalJson({ ...main.settings }) !== canonicalJson({ ...next.settings });
    return tools[0] !== tools[1];
  });
}

/** Every choice of sides for the parts that changed, but the two pure ones, which have been run already. */
function mixtures(changed: readonly Factor[]): Record<Factor, Side>[] {
  const choices = changed.reduce<Partial<Record<Factor, Side>>[]>(
    (partial, factor) =>
      partial.flatMap((choice) => [
        { ...choice, [factor]: 'baseline' as const },
        { ...choice, [factor]: 'candidate' as const },
      ]),
    [{}],
  );
  return choices
    .filter((choice) => new Set(Object.values(choice)).size > 1)
    .map((choice) => ({ prompt: 'candidate', toolVariant: 'candidate', model: 'candidate', ...choice }));
}

async function runCell(
  { arms, accused, runs, concurrency, spending, signal }: AttributionPlan,
  mixture: Record<Factor, Side>,
): Promise<Cell> {
  const { candidate } = arms;
  const versionOf = (factor: Factor) => arms[mixture[factor]].prepared.version;
  const version: Version = {
    name: factors.map((factor) => `${factor} of ${mixture[factor]}`).join(', '),
    prompt: versionOf('prompt').prompt,
    toolVariant: versionOf('toolVariant').toolVariant,
    model: versionOf('model').model,
    settings: versionOf('model').settings,
  };
  const fingerprint = await fingerprintVersion(candidate.session.agent, version, candidate.session.modelFingerprint);
  const requests = accused.flatMap((loaded) =>
    Array.from(
      { length: runs },
      (_, index): TrialRequest => ({
        agent: candidate.session.agent,
        version,
        versionFingerprint: fingerprint,
        caseId: loaded.case.id,
        ...inputOf(candidate, loaded),
        series: `attribution:${loaded.case.id}`,
        number: index + 1,
      }),
    ),
  );
  const byId = new Map(accused.map((loaded) => [loaded.case.id, loaded]));
  let passes = 0;
  let settled = 0;
  await runTrials(requests, {
    ...runnerOf(candidate.session, signal),
    concurrency,
    onRun({ request, trial, reused, span }) {
      const loaded = byId.get(request.caseId);
      if (!loaded || trial.outcome.kind === 'infra-error') return;
      const ended = { ...trial, outcome: trial.outcome };
      const scored = scoreTrial(candidate.session.agent, version, loaded, ended, owedFields(arms.baseline.prepared));
      recordScores(candidate.session, span, scored.scores);
      spending.add({ request, reused }, scored.dollars);
      settled += 1;
      if (scored.pass) passes += 1;
    },
  });
  return { ...mixture, passes, runs: settled };
}

function inputOf(arm: GateArm, loaded: LoadedCase): Pick<TrialRequest, 'input' | 'caseFingerprint'> {
  const { input, fingerprint } = arm.inputOf(loaded);
  return { input, caseFingerprint: fingerprint };
}

/** A cell fails when fewer than half of its runs pass. */
function conclude(changed: readonly Factor[], cells: readonly Cell[]): Attribution {
  const alone = changed.filter((factor) =>
    cells.some((cell) => changed.every((other) => (cell[other] === 'candidate') === (other === factor)) && fails(cell)),
  );
  const [factor] = alone;
  if (alone.length === 1 && factor) {
    return {
      factor,
      reason: `With ${words[factor]} of the candidate and everything else as on main, the accused cases fail.`,
      cells: [...cells],
    };
  }
  if (alone.length > 1) {
    return {
      factor: 'unclear',
      reason: `Each of ${alone.map((each) => words[each]).join(' and ')} alone makes the accused cases fail.`,
      cells: [...cells],
    };
  }
  if (cells.some(({ runs }) => runs === 0)) return { factor: 'unclear', reason: 'Some mixtures could not be run.', cells: [...cells] };
  return {
    factor: 'interaction',
    reason: `No part alone makes the accused cases fail: it is how ${changed.map((each) => words[each]).join(' and ')} work together.`,
    cells: [...cells],
  };
}

function fails({ passes, runs }: Cell): boolean {
  return runs > 0 && passes * 2 < runs;
}
