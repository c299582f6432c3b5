import { fileURLToPath } from 'node:url';
import { sourceClosure } from '../../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { ScoringTotal } from '../../contracts/evaluation.ts';
import type { Score } from '../../contracts/score.ts';
import type { Trace } from '../../contracts/trace.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { thisDocket } from '../docket-copy.ts';
import { Scoring } from '../judging/scoring.ts';
import type { LoadedConfig } from '../load-config.ts';
import { offersByFingerprint } from './offers.ts';
import { type ScoredTrace, scoreTrace, type VersionOffer } from './score-trace.ts';

const savedAtATime = 500;

/** A scorer that answers later and did not, with what it said first. */
export interface FailedScorer {
  readonly scorer: string;
  readonly traces: number;
  readonly example: string;
}

/** What the scorers say of traces: as it is stored where these very scorers said it of these very spans, and anew where not. */
export class TraceScores {
  readonly #scoring: Scoring;
  readonly #store: TraceStore;
  readonly #offers: ReadonlyMap<string, VersionOffer>;
  readonly #scorersHash: string;
  // Each saving waits for the disk.
  readonly #unsaved = new Map<string, readonly Score[]>();
  /** Of some scorers only, because others failed: kept, and not taken for the whole. */
  readonly #partial = new Map<string, readonly Score[]>();
  readonly #failed = new Map<string, FailedScorer>();

  private constructor(
    { agent, scoring, prices }: LoadedConfig,
    store: TraceStore,
    offers: ReadonlyMap<string, VersionOffer>,
    scorersHash: string,
  ) {
    this.#scoring = new Scoring(agent, scoring, prices);
    this.#store = store;
    this.#offers = offers;
    this.#scorersHash = scorersHash;
  }

  /** Save once more when all is asked. */
  static async open(config: LoadedConfig, store: TraceStore): Promise<TraceScores> {
    const offers = await offersByFingerprint(config);
    return new TraceScores(config, store, offers, await judgeHash(config, offers));
  }

  /** The scores of a trace, scored only when there are none by these scorers. @throws {ScorerFault} as `scoreTrace` */
  async of(trace: Trace, signal?: AbortSignal): Promise<readonly Score[]> {
    const { traceId } = trace;
    const scores =
      this.#unsaved.get(traceId) ?? (await this.#store.scoresBy(traceId, this.#scorersHash)) ?? (await this.anew(trace, signal)).scores;
    // In the store's order, whoever was first.
    return scores.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Scores a trace, whatever is stored; only what a scorer that answers later said of it is taken as it is. @throws {ScorerFault} as `scoreTrace`
   */
  async anew(trace: Trace, signal: AbortSignal = never.signal): Promise<ScoredTrace> {
    const { traceId } = trace;
    const known: Score[] = [];
    for (const hash of [this.#scorersHash, this.#partialHash]) known.push(...((await this.#store.scoresBy(traceId, hash)) ?? []));
    const scored = await scoreTrace(trace, { scoring: this.#scoring, offers: this.#offers, known, signal });
    for (const { scorer, message } of scored.failed) {
      const before = this.#failed.get(scorer) ?? { scorer, traces: 0, example: message };
      this.#failed.set(scorer, { ...before, traces: before.traces + 1 });
    }
    (scored.failed.length > 0 ? this.#partial : this.#unsaved).set(traceId, scored.scores);
    if (this.#unsaved.size + this.#partial.size >= savedAtATime) await this.save();
    return scored;
  }

  /** Scorers that answer later and did not. */
  failed(): FailedScorer[] {
    return [...this.#failed.values()];
  }

  /** What asking scorers that answer later came to. */
  total(): ScoringTotal {
    return this.#scoring.total();
  }

  async save(): Promise<void> {
    for (const [scores, hash] of [
      [this.#unsaved, this.#scorersHash],
      [this.#partial, this.#partialHash],
    ] as const) {
      // What is scored while these are written is saved the next time.
      const saved = new Map(scores);
      scores.clear();
      if (saved.size > 0) await this.#store.saveAllScores(saved, hash);
    }
  }

  get #partialHash(): string {
    return `${this.#scorersHash} in part`;
  }
}

const never = new AbortController();

/** Docket's own modules that make scores of spans. */
const docketModules = { scores: './score-trace.ts', inputs: './input-of-trace.ts', traces: '../../traces/assemble-trace.ts' };

/**
 * Hash of all that decides the scores of a trace beside its spans: scorers, policy and input schema with what they import and open, what
 * versions offer the model, and Docket itself. A file that is opened under a name made at run time counts where the agent declares it (`reads`).
 */
async function judgeHash({ agent, file }: LoadedConfig, offers: ReadonlyMap<string, VersionOffer>): Promise<string> {
  const { docket, root } = agent;
  const machinery = Object.fromEntries(Object.entries(docketModules).map(([name, path]) => [name, besideThis(path)]));
  const closures = await Promise.all([
    sourceClosure({ sources: { configuration: file, scorers: agent.scorersSource ?? file }, docket, root }),
    sourceClosure({ sources: machinery, opened: false }),
  ]);
  const names = agent.scorers.map(({ name }) => name);
  return sha256(canonicalJson([thisDocket.version, ...closures.flatMap(({ hashes }) => hashes), ...offers.keys(), ...names]));
}

/** In TypeScript or built. */
function besideThis(path: string): string {
  const built = !import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(built ? path.replace(/\.ts$/, '.js') : path, import.meta.url));
}
