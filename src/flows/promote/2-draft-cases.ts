import type { Agent } from '../../agent/define-agent.ts';
import type { Draft } from '../../contracts/draft.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { PickReason } from '../../contracts/pick-reasons.ts';
import type { RedactionRules } from '../../contracts/redaction.ts';
import { type Cluster, dedupe } from '../../review/dedupe.ts';
import { draftCase, takenPart } from '../../review/draft.ts';
import { type InputSpace, placeOf } from '../../review/input-space.ts';
import { normalisedInputHash } from '../../review/normalise-input.ts';
import { type PickItem, pick } from '../../review/pick.ts';
import type { Pseudonyms } from '../../review/pseudonyms.ts';
import { choiceText } from '../../review/same-answer.ts';
import type { Random } from '../../stats/random.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { ReadTrace } from './1-read-traces.ts';
import type { TriedAgent } from './try-agent.ts';

/** What drafting is given. */
export interface DraftPlan {
  readonly agent: Agent;
  readonly traces: Iterable<ReadTrace> | AsyncIterable<ReadTrace>;
  readonly cases: readonly LoadedCase[];
  /** What was drafted before, discarded ones included. */
  readonly drafts: readonly Draft[];
  readonly limit: number;
  readonly by?: readonly PickReason[];
  readonly random: Random;
  readonly today: string;
  readonly pseudonyms: Pseudonyms;
  /** Another version that decides every kept input, so that disagreement shows. */
  readonly compare?: TriedAgent;
  /** The version whose decisions on the redacted inputs are compared with those on the inputs themselves. */
  readonly verify?: TriedAgent;
}

/** Drafts, and what became of the other traces. */
export interface Drafts {
  /** In the order of their names, which says nothing about them. */
  readonly drafts: readonly Draft[];
  /** Reasons for which one or more were picked; not which, because a review has to be blind. */
  readonly pickedBy: readonly PickReason[];
  readonly traces: number;
  readonly inputIncomplete: number;
  /** Different inputs, after near-duplicates were put together. */
  readonly clusters: number;
  /** Clusters that a case, a draft or a discarded draft stands for already, also those of which that shows after redaction. */
  readonly known: number;
}

/** An input with what stands behind it: a trace, or a case or draft that is there already. */
interface Item {
  readonly input: JsonObject;
  readonly trace?: ReadTrace;
}

/** Puts near-duplicates together, leaves out what is known, picks what is worth a review, and drafts it. Writes nothing. */
export async function draftCases(plan: DraftPlan): Promise<Drafts> {
  const { agent } = plan;
  const traces = await Array.fromAsync(plan.traces);
  const space = spaceOf(agent);
  const standing = knownItems(plan);
  const clusters = [
    ...dedupe<Item>([...standing, ...traces.filter(({ complete }) => complete).map((trace) => ({ input: trace.input, trace }))], space),
    ...dedupe<Item>(
      traces
        .filter(({ complete }) => !complete)
        .map((trace) => ({ input: { ...trace.input, 'user message': trace.userMessage ?? trace.traceId }, trace })),
      {},
    ),
  ].filter(({ members }) => members.some(({ trace }) => trace));
  const used = usedTraces(plan);
  const fresh = clusters.filter((cluster) => !isKnown(cluster, used));
  const representatives = new Map(fresh.map((cluster) => [representativeOf(cluster).traceId, cluster] as const));
  const compared = await compareVersions(representatives, plan.compare);
  const picked = pick(
    [...representatives].map(([id, cluster]) => pickItem(id, cluster, compared.get(id))),
    {
      random: plan.random,
      known: plan.cases.map(({ input }) => placeOf(input, space).coordinates),
      ...(plan.by ? { by: plan.by } : {}),
    },
  );
  const inputs = new Set(standing.map(({ input }) => normalisedInputHash(input)));
  const drafts: Draft[] = [];
  const pickedBy = new Set<PickReason>();
  let knownWhenRedacted = 0;
  for (const { id, by } of picked) {
    const cluster = representatives.get(id);
    if (!cluster) continue;
    const draft = await draftCluster(cluster, plan);
    const hash = draft.missing.length === 0 ? normalisedInputHash(draft.input) : draft.id;
    // Some turn out to be known only once they are redacted.
    if (inputs.has(hash)) {
      knownWhenRedacted += 1;
      continue;
    }
    inputs.add(hash);
    drafts.push(draft);
    pickedBy.add(by);
    if (drafts.length === plan.limit) break;
  }
  return {
    drafts: drafts.sort((one, other) => (one.id < other.id ? -1 : 1)),
    pickedBy: [...pickedBy],
    traces: traces.length,
    inputIncomplete: traces.filter(({ complete }) => !complete).length,
    clusters: clusters.length,
    known: clusters.length - fresh.length + knownWhenRedacted,
  };
}

/** The draft of a cluster's most telling trace. */
async function draftCluster(cluster: Cluster<Item>, { agent, pseudonyms, today, verify }: DraftPlan): Promise<Draft> {
  const trace = representativeOf(cluster);
  const draft = draftCase(
    { ...trace, clusterSize: cluster.members.length },
    {
      rules: { ...conversationRules(agent), ...agent.redaction },
      pseudonyms,
      today,
      faultyFields: (input) => faultyFields(agent, input),
      ...(agent.policy ? { policy: agent.policy } : {}),
    },
  );
  const original = takenPart(trace.input, (input) => faultyFields(agent, input));
  const complete = original.missing.length + draft.missing.length === 0;
  const verified = complete ? await verify?.compare(original.kept, draft.input) : undefined;
  return { ...draft, equivalence: { ...draft.equivalence, agent: verified ?? 'not-checked' } };
}

/** Names of tools and roles are nobody's, whatever their fields are called. */
function conversationRules({ inputFrom }: Agent): RedactionRules {
  if (typeof inputFrom !== 'object' || !('conversation' in inputFrom)) return {};
  const names = ['role', 'tool_call_id', 'tool_calls.id', 'tool_calls.type', 'tool_calls.function.name'];
  return Object.fromEntries(names.map((name) => [`${inputFrom.conversation}.${name}`, 'keep']));
}

/** Top-level fields of an input that are absent or that the agent does not take. */
export function faultyFields(agent: Agent, input: JsonObject): string[] {
  const parsed = agent.input.safeParse(input);
  if (parsed.success) return [];
  return [
    ...new Set(
      parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : String(issue.path[0] ?? 'input'))),
    ),
  ];
}

function spaceOf({ policy, boundaries }: Agent): InputSpace {
  return { ...(policy ? { policy } : {}), ...(boundaries ? { boundaries } : {}) };
}

function knownItems({ cases, drafts }: DraftPlan): Item[] {
  return [
    ...cases.map(({ input }) => ({ input })),
    ...drafts.filter(({ missing, discarded }) => missing.length === 0 && !discarded).map(({ input }) => ({ input })),
  ];
}

/** Traces that a case or a draft, discarded ones too, came from. */
function usedTraces({ cases, drafts }: DraftPlan): ReadonlySet<string> {
  return new Set([
    ...drafts.flatMap(({ traceId }) => traceId ?? []),
    ...cases.flatMap((loaded) => (loaded.case.origin.kind === 'trace' ? [loaded.case.origin.traceId] : [])),
  ]);
}

/** A case or draft stands first in its cluster; a discarded one is known by its trace only. */
function isKnown({ kept, members }: Cluster<Item>, used: ReadonlySet<string>): boolean {
  return !kept.trace || members.some(({ trace }) => trace && used.has(trace.traceId));
}

/** The trace with the most findings, the first of equals. */
function representativeOf({ members }: Cluster<Item>): ReadTrace {
  const traces = members.flatMap(({ trace }) => trace ?? []);
  const [first, ...others] = traces;
  if (!first) throw new Error('A cluster without a trace has no representative.');
  return others.reduce((best, trace) => (trace.findings.length > best.findings.length ? trace : best), first);
}

async function compareVersions(
  clusters: ReadonlyMap<string, Cluster<Item>>,
  compare?: TriedAgent,
): Promise<Map<string, JsonObject | null>> {
  if (!compare) return new Map();
  const complete = [...clusters].filter(([, { kept }]) => kept.trace?.complete);
  const decisions = await compare.decisions(complete.map(([, cluster]) => representativeOf(cluster).input));
  return new Map(complete.map(([id], index) => [id, decisions[index] ?? null]));
}

function pickItem(id: string, { members, place }: Cluster<Item>, compared: JsonObject | null | undefined): PickItem {
  const traces = members.flatMap(({ trace }) => trace ?? []);
  const byVersion = new Map<string, string[]>();
  for (const { versionFingerprint, choice } of traces) {
    const version = versionFingerprint ?? 'unknown';
    const choices = byVersion.get(version);
    if (choices) choices.push(choice);
    else byVersion.set(version, [choice]);
  }
  const usual = [...byVersion.values()].map(mostFrequent);
  if (compared !== undefined) usual.push({ word: compared ? choiceText(compared) : 'no decision', share: 1 });
  return {
    id,
    findings: [...new Set(traces.flatMap(({ findings }) => findings))],
    disagreement: new Set(usual.map(({ word }) => word)).size > 1,
    uncertainty: Math.max(0, ...usual.map(({ share }) => 1 - share)),
    coordinates: place.coordinates,
    stratum: place.stratum,
    size: traces.length,
  };
}

function mostFrequent(words: readonly string[]): { readonly word: string; readonly share: number } {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [word, count] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['', 0] as [string, number]);
  return { word, share: count / words.length };
}
