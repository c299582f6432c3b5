import { DocketError } from '../../contracts/docket-error.ts';
import type { PickReason } from '../../contracts/pick-reasons.ts';
import { draftText } from '../../review/case-text.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { seededRandom } from '../../stats/random.ts';
import { count, counted } from '../../text/figures.ts';
import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import { loadCasesIfAny } from '../cases/load-cases.ts';
import { saveChanges, textOf } from '../cases/save-changes.ts';
import { tryGit } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';
import { type FailedScorer, TraceScores } from '../score-traces/trace-scores.ts';
import { readTraces } from './1-read-traces.ts';
import { type Drafts, draftCases } from './2-draft-cases.ts';
import { Review } from './3-review-drafts.ts';
import { draftFile, readDrafts } from './draft-files.ts';
import { redactionKey } from './redaction-key.ts';
import { ReviewLog } from './review-log.ts';
import type { TriedAgent } from './try-agent.ts';

/** Which traces become drafts. */
export interface PromoteRequest {
  readonly config: LoadedConfig;
  readonly store: TraceStore;
  readonly filter: TraceFilter;
  /** Only these traces, whatever the filter says. */
  readonly traceIds?: readonly string[];
  /** Most drafts. */
  readonly limit: number;
  readonly by?: readonly PickReason[];
  /** Decides which normal traces are drawn. */
  readonly seed: number;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
  readonly signal: AbortSignal;
  readonly compare?: TriedAgent;
  readonly verify?: TriedAgent;
}

/** Drafts with the files that hold them. */
export interface PromotedDrafts extends Drafts {
  readonly files: readonly string[];
  /** Scorers that answer later and did not: their findings picked nothing. */
  readonly failed: readonly FailedScorer[];
}

/**
 * The second story, first half: reads traces and drafts cases from them, redacted before anything is written. Cases and earlier
 * drafts, discarded ones too, are not drafted again.
 * @throws {DocketError} for faulty cases or drafts, or files that cannot be written
 */
export async function draftFromTraces(request: PromoteRequest): Promise<PromotedDrafts> {
  const { config, store, filter, seed } = request;
  const scores = await TraceScores.open(config, store);
  const traces = readTraces(config.agent, store, request.traceIds ?? filter, scores, request.signal);
  const drafts = await draftCases({
    agent: config.agent,
    traces,
    cases: loadCasesIfAny(config.cases, config.agent),
    drafts: readDrafts(config.cases),
    limit: request.limit,
    random: seededRandom(seed),
    today: request.today,
    pseudonyms: createPseudonyms(redactionKey(config.root)),
    ...(request.by ? { by: request.by } : {}),
    ...(request.compare ? { compare: request.compare } : {}),
    ...(request.verify ? { verify: request.verify } : {}),
  });
  const changes = drafts.drafts.map((draft) => ({
    file: draftFile(config.cases, draft.id),
    text: draftText(draft),
    // Also for the second of two names that are one to the file system: nothing that was written is written over.
    from: null,
  }));
  const taken = changes.find(({ file }) => textOf(file) !== null);
  if (taken) throw new DocketError(`${taken.file} already exists, for another trace. Review or remove it first.`);
  const files = saveChanges(changes).map(({ file }) => file);
  const lost = changes.filter(({ file, text }) => textOf(file) !== text);
  if (lost.length > 0)
    throw new Error(`${count(lost.length)} of ${counted(changes.length, 'draft')} are missing from their files, first ${lost[0]?.file}.`);
  return { ...drafts, files, failed: scores.failed() };
}

/** The second half: opens the drafts for review. */
export async function openReview(request: {
  readonly config: LoadedConfig;
  readonly reviewer: string;
  readonly today: string;
  readonly traces?: TraceStore;
}): Promise<Review> {
  const { config, reviewer, today, traces } = request;
  return new Review({
    agent: config.agent,
    cases: config.cases,
    reviewer,
    today,
    pseudonyms: createPseudonyms(redactionKey(config.root)),
    log: new ReviewLog(config),
    ...(traces ? { traces, scores: await TraceScores.open(config, traces) } : {}),
  });
}

/**
 * Who reviews: `user.name` of git.
 * @throws {DocketError} when git does not know
 */
export async function gitReviewer(root: string): Promise<string> {
  const name = await tryGit(root, 'config', 'user.name');
  if (name) return name;
  throw new DocketError(`A label needs a person's name, and git has none. Set it: git config user.name "Your Name".`);
}
