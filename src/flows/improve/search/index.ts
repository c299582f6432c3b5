import { join } from 'node:path';
import { resolveVersion, type Version } from '../../../agent/version.ts';
import { canonicalJson, sha256 } from '../../../contracts/canonical-json.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { ImprovementPlan } from '../../../contracts/improvement-plan.ts';
import type { PromptSearch } from '../../../contracts/prompt-search.ts';
import { mergedPrompt } from '../../../improvement/search/merged-prompt.ts';
import { drawParent, mean, paretoFront } from '../../../improvement/search/pareto-front.ts';
import type { WrittenReports } from '../../../reporters/write-reports.ts';
import { type Random, seededRandom } from '../../../stats/random.ts';
import { ratio } from '../../../text/figures.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import { type CostEstimate, estimateCost } from '../../estimate-cost.ts';
import { tryLock } from '../../gate/file-lock.ts';
import type { Session } from '../../session.ts';
import { makePlan, writePlan } from '../3-write-plan.ts';
import { SourcePlaces } from '../source-places.ts';
import { splitCases } from './1-split-cases.ts';
import { PromptBench, type TriedPrompt } from './2-try-prompt.ts';
import { PromptProposer } from './3-propose.ts';
import { compareHeldOut } from './4-compare-held-out.ts';
import { candidateChange, failingTrials } from './candidate-change.ts';
import { HeldOut, HeldOutLooks, type LookResult } from './held-out.ts';
import { writeSearch } from './write-search.ts';

export interface SearchOptions {
  readonly version: string;
  /** Most prompts that are asked for. */
  readonly proposals: number;
  /** Of each prompt on each case. */
  readonly trials: number;
  readonly seed: number;
  /** Who proposes; the version's own model when not given. */
  readonly proposer?: string;
  /** Most that it may cost, in dollars; the session stops there, and the search before. */
  readonly budgetDollars?: number;
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onPlan?: (plan: SearchPlan) => void;
  readonly onTrial?: () => void;
}

/** What a search may come to, told before anything is asked. */
export interface SearchPlan {
  readonly training: number;
  readonly heldOut: number;
  /** All trials at most. */
  readonly cost: CostEstimate;
  readonly questions: number;
  /** The most that one question may cost; undefined where nobody knows the price. */
  readonly dearestQuestion: number | undefined;
}

/** A search with its plan, and the files that hold both. */
export interface Searched extends WrittenReports {
  readonly search: PromptSearch;
  readonly plan: ImprovementPlan;
  /** True where the same command would go on. */
  readonly unfinished: boolean;
}

/** Cases of one proposal. */
const minibatch = 3;
/** Proposals without one that stayed, after which no more are asked for. */
const patience = 8;

/**
 * Looks for a better prompt: a model is shown failing trials of one of the prompts on the Pareto front and proposes another, which stays where it is better on the cases
 * that it was made from. Then the best on the training cases and the original are run on cases that nobody has seen, once.
 * Source: Agrawal et al., "GEPA: Reflective Prompt Evolution Can Outperform Reinforcement Learning", 2025.
 * @throws {DocketError} before any call: no prompt to change, live calls without a budget, too few cases that were not looked at yet
 */
export async function searchPrompt(session: Session, options: SearchOptions): Promise<Searched> {
  // Two at once would both take the same cases for such that nobody looked at.
  const lock = tryLock(join(session.config.root, '.docket', 'prompt-search.lock'));
  if (!lock)
    throw new DocketError(
      'Another docket improve --search runs in this project, and held-out cases are looked at once. Wait for its end. No model was asked.',
    );
  try {
    return await searchAlone(session, options);
  } finally {
    lock.close();
  }
}

async function searchAlone(session: Session, options: SearchOptions): Promise<Searched> {
  const { config, agent, mode } = session;
  const { trials, proposals, seed, signal, onPlan, onTrial, concurrency = config.concurrency } = options;
  const version = resolveVersion(agent, options.version) as Version;
  if (agent.own)
    throw new DocketError(`The agent "${agent.name}" answers by itself, so Docket cannot put another prompt in the place of its own.`);
  if (mode === 'live' && options.budgetDollars === undefined)
    throw new DocketError('A search asks a live model very often: say with --budget what it may cost at most. No model was asked.');
  const bench = new PromptBench(session, version, { trials, concurrency, signal, onTrial });
  const original = await bench.prompt(version.prompt.text, [], new SourcePlaces(config.root));
  const { fingerprint } = original.prepared.identity;
  const looks = new HeldOutLooks(config);
  const key = sha256(canonicalJson([fingerprint, proposals, trials, seed, options.proposer ?? null]));
  const split = splitCases(config, looks.lookedAt(key));
  const heldOut = new HeldOut(looks, split.heldOut, key);
  const { training } = split;
  const proposer = new PromptProposer(session, options.proposer ?? version.model, seed);
  const most = (proposals + 1) * training.length * trials + 2 * split.heldOut.length * trials;
  onPlan?.({
    training: training.length,
    heldOut: split.heldOut.length,
    cost: await estimateCost({ store: session.store, prices: config.prices }, [{ version: original.prepared, trials: most }], {
      orRoughly: true,
    }),
    questions: proposals,
    dearestQuestion: proposer.dearest,
  });
  const evolved = await evolve({ bench, proposer, original, training, heldOut: split.heldOut.length }, options);
  const { prompts, best } = evolved;
  const candidate = prompts[best] ?? original;
  const looked: LookResult =
    best === 0
      ? { notLooked: 'no prompt was better than the original on the training cases, so there is nothing to look for' }
      : evolved.unfinished
        ? { notLooked: 'the search came to no end; the same command goes on', unfinished: true }
        : await heldOut.look(
            { original: fingerprint, candidate: candidate.prepared.identity.fingerprint, at: new Date(session.clock.now()).toISOString() },
            (cases) => compareHeldOut(original, candidate, cases),
          );
  const figures = 'figures' in looked ? looked.figures : undefined;
  const made = await makePlan({ of: original.runs, leftOut: [], notes: [] }, { source: 'trials', notes: [], draft: async () => [] });
  const isBetter = figures !== undefined && figures.difference.value > 0;
  const plan = isBetter ? candidateChange(made, original, candidate, figures) : failingTrials(made, original);
  const front = new Set(paretoFront(pool(prompts, training)).map(({ one }) => one.prompt));
  const { dollars } = bench.spending;
  const search: PromptSearch = {
    kind: 'prompt-search',
    format: 1,
    agent: agent.name,
    version: original.prepared.identity,
    mode,
    seed,
    trials,
    ...(proposer.who ? { proposer: proposer.who } : {}),
    split: { training: training.map(({ case: { id } }) => id), heldOut: heldOut.ids },
    stopped: evolved.stopped,
    rounds: evolved.rounds,
    prompts: prompts.map((prompt) => ({
      text: prompt.text,
      training: prompt.countsOn(training),
      onFront: front.has(prompt),
      from: [...prompt.from],
    })),
    best,
    ...(figures ? { heldOut: figures } : {}),
    ...('notLooked' in looked ? { notLooked: looked.notLooked } : {}),
    ...(isBetter ? { change: 'P0-1' } : {}),
    spent: {
      trials: bench.spending.total().trials.spent,
      questions: proposer.questions,
      ...(dollars === undefined ? {} : { dollars: mode === 'live' ? dollars + proposer.dollars : 0 }),
    },
  };
  const written = writePlan(config.root, plan);
  const own = writeSearch(config.root, search);
  const unwritten = written.unwritten ?? own.unwritten;
  return {
    search,
    plan,
    unfinished: evolved.unfinished || ('unfinished' in looked && looked.unfinished === true),
    files: [...written.files, ...own.files],
    ...(unwritten === undefined ? {} : { unwritten }),
  };
}

interface Evolution {
  readonly bench: PromptBench;
  readonly proposer: PromptProposer;
  readonly original: TriedPrompt;
  readonly training: readonly LoadedCase[];
  /** How many cases are held out: their price is kept back. */
  readonly heldOut: number;
}

interface Evolved {
  readonly prompts: readonly TriedPrompt[];
  readonly best: number;
  readonly rounds: PromptSearch['rounds'];
  readonly stopped: string;
  /** True where nobody could go on, rather than had to. */
  readonly unfinished: boolean;
}

async function evolve({ bench, proposer, original, training, heldOut }: Evolution, options: SearchOptions): Promise<Evolved> {
  const { proposals, signal } = options;
  const random = seededRandom(options.seed);
  const prompts = [original];
  const rounds: PromptSearch['rounds'] = [];
  const known = new Set([original.text]);
  const merged = new Set<string>();
  await original.learn(training);
  const bestOf = () =>
    prompts.reduce((best, prompt, at) => (share(prompt, training) > share(prompts[best] ?? original, training) ? at : best), 0);
  const ended = (stopped: string, unfinished = false): Evolved => ({ prompts, best: bestOf(), rounds, stopped, unfinished });
  /** Tries a prompt on some cases, and on all where it is better there than any of those that it was made from. */
  const tryOut = async (
    text: string,
    parents: readonly [TriedPrompt, ...TriedPrompt[]],
    cases: readonly LoadedCase[],
    by: 'model' | 'merge',
    why: string,
  ) => {
    known.add(text);
    const from = parents.map((parent) => prompts.indexOf(parent));
    const prompt = await bench.prompt(text, from);
    await prompt.learn(cases);
    const before = parents.reduce((one, other) => (share(other, cases) > share(one, cases) ? other : one));
    const round = { from: from[0] ?? 0, by, cases: idsOf(cases), why };
    if (share(prompt, cases) <= share(before, cases)) {
      const [now, then] = [prompt, before].map((each) => ratio(each.countsOn(cases)));
      rounds.push({ ...round, dropped: `no better on its cases: ${now} trials pass, and ${then} did` });
      return false;
    }
    await prompt.learn(training);
    prompts.push(prompt);
    rounds.push({ ...round, prompt: prompts.length - 1 });
    return true;
  };
  let without = 0;
  for (let asked = 0; asked < proposals; asked += 1) {
    signal.throwIfAborted();
    const best = bestOf();
    if (training.every((loaded) => prompts[best]?.meritOn(loaded) === 1)) return ended(`prompt ${best} passes every training trial`);
    if (without >= patience) return ended(`${patience} proposals in a row were no better`);
    const price = nextRound({ bench, proposer, training: training.length, heldOut }, options);
    if (price !== undefined) return ended(price);
    const front = paretoFront(pool(prompts, training));
    const pair = pairToMerge(
      front.map(({ one }) => one.prompt),
      merged,
    );
    if (pair) {
      const [one, other] = pair;
      const text = mergedPrompt(original.text, one.text, other.text);
      const differ = training.filter((loaded) => one.meritOn(loaded) !== other.meritOn(loaded));
      if (text !== undefined && !known.has(text) && differ.length > 0) {
        if (await tryOut(text, pair, differ, 'merge', 'what two prompts of the front changed, together')) without = 0;
        continue;
      }
    }
    const parent = drawParent(front, random)?.prompt ?? original;
    const failing = shuffled(
      training.filter((loaded) => parent.meritOn(loaded) < 1),
      random,
    ).slice(0, minibatch);
    const at = prompts.indexOf(parent);
    const tried = rounds
      .filter(({ from }) => from === at)
      .map(({ why, dropped = 'it was better, and stays' }) => ({ why, cameTo: dropped }));
    const proposal = await proposer.propose(parent, failing, { original: original.text, known, tried, signal });
    if ('ended' in proposal) return ended(`no proposal could be had: ${proposal.ended}`, !proposal.budget);
    without += 1;
    if ('dropped' in proposal) rounds.push({ from: at, by: 'model', cases: idsOf(failing), dropped: proposal.dropped, why: '' });
    else if (await tryOut(proposal.text, [parent], failing, 'model', proposal.why)) without = 0;
  }
  return ended(`all ${proposals} proposals were made`);
}

/** Why the next round is not begun: what it may cost, with what the held-out cases will, is more than is left. */
function nextRound(
  { bench, proposer, training, heldOut }: Pick<Evolution, 'bench' | 'proposer' | 'heldOut'> & { readonly training: number },
  { budgetDollars, trials }: SearchOptions,
): string | undefined {
  const { spending, session } = bench;
  if (session.mode !== 'live') return undefined;
  const run = spending.total().trials.spent;
  const spent = spending.dollars;
  if (budgetDollars === undefined || spent === undefined || run === 0) return undefined;
  const each = spent / run;
  const left = budgetDollars - spent - proposer.dollars;
  const next = training * trials * each + (proposer.dearest ?? 0);
  const kept = 2 * heldOut * trials * each;
  return left < next + kept ? 'the budget leaves no room for another round beside the held-out cases, whose price is kept back' : undefined;
}

interface Pooled {
  readonly prompt: TriedPrompt;
  readonly shares: readonly number[];
}

function pool(prompts: readonly TriedPrompt[], training: readonly LoadedCase[]): Pooled[] {
  return prompts.map((prompt) => ({ prompt, shares: training.map((loaded) => prompt.meritOn(loaded)) }));
}

function share(prompt: TriedPrompt, training: readonly LoadedCase[]): number {
  return mean({ shares: training.map((loaded) => prompt.meritOn(loaded)) });
}

/** Two of the front that were not put together yet, neither made of the other. */
function pairToMerge(front: readonly TriedPrompt[], merged: Set<string>): readonly [TriedPrompt, TriedPrompt] | undefined {
  for (const [at, one] of front.entries())
    for (const other of front.slice(at + 1)) {
      const key = JSON.stringify([one.text, other.text]);
      if (merged.has(key) || one.from.length === 0 || other.from.length === 0) continue;
      merged.add(key);
      return [one, other];
    }
  return undefined;
}

function idsOf(cases: readonly LoadedCase[]): string[] {
  return cases.map(({ case: { id } }) => id);
}

/** Algorithm: Fisher-Yates (Durstenfeld, CACM 1964). */
function shuffled<One>(some: readonly One[], random: Random): One[] {
  const order = [...some];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] as One, order[index] as One];
  }
  return order;
}
