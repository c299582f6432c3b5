import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { resolveVersion } from '../../agent/version.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { Fairness } from '../../contracts/fairness.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { Relation } from '../../contracts/relation.ts';
import { isSettled, type Trial } from '../../contracts/trial.ts';
import type { Model } from '../../model/model.ts';
import { fieldOf } from '../../scorers/relations/input-field.ts';
import { seededRandom } from '../../stats/random.ts';
import { familiesOf, relationsOf, withFamilies } from '../cases/families.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { countWanted, type TwinRun, trialsIn } from '../judging/family-places.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { wantedTrials } from '../judging/wanted-trials.ts';
import type { Session } from '../session.ts';
import { alpha, compareGroups, type GroupDecision, level, type SeenAttribute } from './compare-groups.ts';

export interface FairnessOptions {
  /** The current version when not given. */
  readonly version?: string;
  readonly trials: number;
  /** Names of relations, or of the attributes that they are about; all that have one when not given. */
  readonly attributes?: readonly string[];
  readonly concurrency?: number;
  readonly series?: string;
  /** Answers in the place of the session's model. */
  readonly model?: Model;
  readonly signal: AbortSignal;
  /** Called once, before the first trial. */
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
  readonly onTrial?: () => void;
}

/**
 * Decides each case again for every value of the attributes that must not matter, and says in which of them the decisions differ.
 * @throws {DocketError} when no relation is about an attribute, the version is told of none, decisions are no yes or no, or a trial could not be run
 */
export async function tryFairness(session: Session, options: FairnessOptions): Promise<Fairness> {
  const { config, agent } = session;
  const approvalField = requireApprovals(agent);
  const relations = attributeRelations(agent, options.attributes);
  const version = await session.prepare(options.version ?? config.current);
  const asked = relations.map(({ name }) => name);
  const cases = familiesOf(
    agent,
    resolveVersion(agent, version.identity.name),
    withFamilies(agent, loadCases(config.cases, agent), relations),
    asked,
  );
  const wanted = [...wantedTrials([version], cases, options.series ?? 'eval', options.trials)];
  const { all, missing } = await countWanted(wanted, session.store);
  options.onPlan?.(
    all,
    session.mode === 'live' && !agent.own
      ? await estimateCost({ store: session.store, prices: config.prices }, [{ version, trials: missing }])
      : undefined,
  );
  const ended: EndedOnCase[] = [];
  const spending = new SpendingTally(config.prices);
  const summary = await judgeTrials(wanted, {
    session,
    ...(options.model ? { model: options.model } : {}),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    spending,
    onEnd({ place, trial, twins }) {
      for (let each = 0; each < trialsIn({ place, twins }); each += 1) options.onTrial?.();
      if (isSettled(trial)) ended.push({ loaded: place.loaded, trial, twins });
    },
  });
  if (summary.failure !== undefined)
    throw new DocketError(
      `Whether decisions differ cannot be said, because a run failed: ${summary.failure} Run the same command again; what is stored is kept.`,
      {
        exitCode: exitCodes.incomplete,
      },
    );
  const seen = relations.map((relation) => seenOf(relation, approvalField, ended));
  const spentDollars = session.mode === 'live' ? spending.dollars : undefined;
  return {
    kind: 'fairness',
    agent: agent.name,
    mode: session.mode,
    version: version.identity,
    trialsPerCase: options.trials,
    trials: { run: summary.run, reused: summary.reused },
    alpha,
    level,
    attributes: compareGroups(seen, seededRandom(1)),
    ...(spentDollars === undefined ? {} : { spentDollars }),
  };
}

/** A case's trial with those of its twins. */
interface EndedOnCase {
  readonly loaded: LoadedCase;
  readonly trial: Trial;
  readonly twins: readonly TwinRun[];
}

function requireApprovals(agent: Agent): string {
  const { approvalField } = rulesOf(agent);
  if (approvalField !== undefined) return approvalField;
  throw new DocketError(
    `Nothing says which decisions of the agent "${agent.name}" approve, so approvals cannot be compared. Add approvalField to the agent: the name of a decision field that is true or false.`,
  );
}

/** @throws {DocketError} when there is none, or a name is none of theirs */
function attributeRelations(agent: Agent, names: readonly string[] | undefined): Relation[] {
  const about = (agent.relations ?? []).filter(({ attribute }) => attribute !== undefined);
  if (about.length === 0)
    throw new DocketError(
      `The agent "${agent.name}" declares no attribute that must not matter. Add relations to it: invariance({ field: 'applicant.sex', values: ['female', 'male'] }).`,
    );
  if (!names) return about;
  return [
    ...new Set(
      names.flatMap((name) => {
        const own = about.filter(({ attribute }) => attribute === name || attribute?.endsWith(`.${name}`));
        return own.length > 0 ? own : relationsOf({ name: agent.name, relations: about }, [name]);
      }),
    ),
  ];
}

/** What was decided by group, a case at a time; the case itself is in the group whose value it has. */
function seenOf({ name, attribute = '', fields = [] }: Relation, approvalField: string, ended: readonly EndedOnCase[]): SeenAttribute {
  const byCase = new Map<string, Map<string, GroupDecision[]>>();
  const groups = new Set<string>();
  let told = false;
  for (const { loaded, trial, twins } of ended) {
    const own = twins.filter(({ twin }) => twin.relation === name);
    if (own.length === 0) continue;
    const value = fieldOf(loaded.input, attribute);
    const members = [
      ...(value === undefined ? [] : [{ group: String(value), trial }]),
      ...own.flatMap(({ twin, trial: each }) => (twin.group !== undefined && isSettled(each) ? [{ group: twin.group, trial: each }] : [])),
    ];
    told ||= new Set([trial, ...members.map((member) => member.trial)].map(toldIn)).size > 1;
    const known = byCase.get(loaded.case.id) ?? new Map<string, GroupDecision[]>();
    byCase.set(loaded.case.id, known);
    for (const member of members) {
      groups.add(member.group);
      known.set(member.group, [...(known.get(member.group) ?? []), decisionOf(member.trial, approvalField, fields)]);
    }
  }
  const order = [...groups].sort();
  return {
    attribute,
    relation: name,
    told,
    groups: order,
    cases: [...byCase.values()].map((decisions) => order.map((group) => decisions.get(group) ?? [])),
  };
}

/** Who has no decision is not approved. */
function decisionOf({ outcome }: Trial, approvalField: string, fields: readonly string[]): GroupDecision {
  if (outcome.kind !== 'decided') return { approved: false, amounts: {} };
  const { decision } = outcome;
  const amounts = fields
    .filter((field) => field !== approvalField)
    .flatMap((field) => {
      const value = ownField(decision, field);
      return typeof value === 'number' ? [[field, value] as const] : [];
    });
  return { approved: ownField(decision, approvalField) === true, amounts: Object.fromEntries(amounts) };
}

/** All that the agent was told in a trial, by the user and by its tools. */
function toldIn({ transcript: { userMessage, steps } }: Trial): string {
  return JSON.stringify([userMessage, ...steps.flatMap((step) => (step.kind === 'tool-call' ? [step.result] : []))]);
}

/** Exit code of a report: a difference that was found counts as a regression does; an attribute of which the agent was never told proves nothing. */
export function fairnessExitCode({ attributes }: Fairness): number {
  if (attributes.some(({ finding }) => finding === 'differs')) return exitCodes.regressed;
  return attributes.every(({ finding }) => finding === 'never-told') ? exitCodes.usage : exitCodes.pass;
}
