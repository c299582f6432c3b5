import { inputSchemaOf, parseInput } from '../../agent/parse-input.ts';
import { resolveVersion } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Exploration } from '../../contracts/exploration.ts';
import { needsOf } from '../../contracts/scorer.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import { counted } from '../../text/figures.ts';
import { loadCasesIfAny } from '../cases/load-cases.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import type { LoadedConfig } from '../load-config.ts';
import { type DraftedInputs, draftInputs } from '../promote/draft-inputs.ts';
import type { Session } from '../session.ts';
import { InputMaker } from './1-make-inputs.ts';
import { Hunt } from './2-hunt.ts';
import { Shrinking } from './3-shrink.ts';
import { faultKinds } from './fault-kind.ts';
import { Pairs } from './pairs.ts';
import { TriedInputs } from './tried-inputs.ts';
import { writeExploration } from './write-exploration.ts';

export interface ExploreOptions {
  readonly version: string;
  /** Most trials; shrinking counts. */
  readonly budget: number;
  readonly seed: number;
  /** Drafts a case of each find. */
  readonly draft: boolean;
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
  readonly onTrial?: () => void;
}

/** What was found, with the report's file and the drafts. */
export interface Explored extends WrittenReports {
  readonly exploration: Exploration;
  readonly drafts: DraftedInputs | undefined;
  readonly dollars: number | undefined;
}

/**
 * The configuration with scorers that can judge an input without a label: all, where the agent's policy gives the label.
 * @throws {DocketError} where nothing is left that could fail
 */
export function exploringConfig(config: LoadedConfig): LoadedConfig {
  const { agent } = config;
  if (agent.policy) return config;
  const scorers = agent.scorers.filter((scorer) => scorer.scope === 'trial' && !needsOf(scorer).includes('label'));
  if (scorers.length === 0 && !agent.relations?.length)
    throw new DocketError(
      `Nothing can fail: "${agent.name}" has no policy and no relations, and every scorer of it needs a label. Give it one of them, or scorers that say what they need (needs: ['input']).`,
    );
  return { ...config, agent: { ...agent, scorers } };
}

/** Hunts for inputs on which a version fails, shrinks what is found, and drafts cases of it. */
export async function explore(session: Session, options: ExploreOptions): Promise<Explored> {
  const { config, agent } = session;
  const { budget, seed, signal, concurrency = config.concurrency, onPlan, onTrial } = options;
  const prepared = await session.prepare(options.version);
  const input = inputSchemaOf(agent, resolveVersion(agent, options.version));
  const cases = loadCasesIfAny(config.cases, agent).flatMap((loaded) => {
    const taken = parseInput({ name: agent.name, input }, loaded.input);
    return taken.success ? [taken.data] : [];
  });
  const source = { agent: { ...agent, input }, inputs: cases };
  const maker = new InputMaker(source, seed);
  onPlan?.(
    budget,
    session.mode === 'live' && !agent.own
      ? await estimateCost({ store: session.store, prices: config.prices }, [{ version: prepared, trials: budget }])
      : undefined,
  );
  const tried = new TriedInputs(session, prepared, { budget, concurrency, signal, ...(onTrial ? { onTrial } : {}) });
  const pairs = new Pairs(agent, maker, tried);
  const hunt = new Hunt(maker, tried, pairs, budget);
  const shrinking = new Shrinking(source, maker, tried);
  const kinds = () => faultKinds(hunt.known.values(), tried, pairs);
  await hunt.run(false);
  await shrinking.run(kinds());
  await hunt.run(true);
  const all = tried.all();
  const notJudged = all.filter(({ judged }) => !judged).length;
  if (all.length > 0 && notJudged === all.length && !agent.relations?.length && !agent.policy)
    throw new DocketError(
      `Nothing could fail: no hard scorer that can fail had anything to say of any of ${counted(all.length, 'trial')}, and the agent has no policy to compare them with.`,
    );
  const exploration: Exploration = {
    kind: 'exploration',
    schemaVersion: 1,
    agent: agent.name,
    version: prepared.identity,
    mode: session.mode,
    seed,
    budget,
    trials: tried.spent,
    failed: tried.failed,
    inputs: {
      tried: new Set(all.map(({ made }) => made.fingerprint)).size,
      invalid: maker.invalid,
      withoutPolicy: maker.withoutPolicy,
      notJudged,
    },
    finds: shrinking.finds(kinds()),
    notRepeated: [...hunt.doubtful.values()].map(({ fault, made }) => ({ fault: fault.name, seen: fault.message, input: made.input })),
    ...(tried.stopped === undefined ? {} : { stopped: tried.stopped }),
  };
  const written = writeExploration(config.root, exploration);
  const drafts = options.draft
    ? draftInputs(
        session,
        exploration.finds.map(({ input }) => input),
        {
          word: 'explore',
          command: 'docket explore',
          report: 'reports/exploration.json',
          title: 'An input that a search found',
          leaveOut: 'near',
        },
      )
    : undefined;
  return { exploration, drafts, dollars: tried.spending.dollars, ...written };
}
