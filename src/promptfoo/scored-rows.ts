import { describeVersion } from '../agent/describe-agent.ts';
import { resolveVersion } from '../agent/version.ts';
import type { Trial } from '../contracts/trial.ts';
import type { LoadedCase } from '../flows/cases/load-cases.ts';
import { defaultSeries } from '../flows/evaluate/plan-evaluation.ts';
import { scoreTrial, type TrialScores } from '../flows/judging/score-trial.ts';
import type { Session } from '../flows/session.ts';
import type { RowMetadata } from './row-metadata.ts';

/** The trial that a row shows, and what the scorers say of it. */
export interface ScoredRow {
  readonly loaded: LoadedCase;
  readonly trial: Trial;
  readonly scored: TrialScores;
}

/** The rows of one process, each scored once: by the provider that ran it; a row that came another way, when somebody first asks. */
export class ScoredRows {
  readonly #session: Pick<Session, 'scoring' | 'store'>;
  readonly #cases: ReadonlyMap<string, LoadedCase>;
  readonly #scores = new Map<string, TrialScores>();

  constructor(session: Pick<Session, 'scoring' | 'store'>, cases: ReadonlyMap<string, LoadedCase>) {
    this.#session = session;
    this.#cases = cases;
  }

  /** Remembers what the scorers said. */
  keep(row: RowOfTrial, scored: TrialScores): void {
    this.#scores.set(keyOf(row), scored);
  }

  /**
   * The row's trial, from the store; undefined when the case or the trial is gone.
   * @throws {ScorerFault} when a scorer does not judge
   */
  async find(row: RowOfTrial): Promise<ScoredRow | undefined> {
    const { scoring, store } = this.#session;
    const loaded = this.#cases.get(row.caseId);
    const trial =
      loaded &&
      (await store.find({
        versionFingerprint: row.fingerprint,
        caseFingerprint: loaded.fingerprint,
        series: defaultSeries,
        number: row.trialNumber,
      }));
    if (!trial) return undefined;
    const version = () => describeVersion(resolveVersion(scoring.agent, row.version));
    const scored = this.#scores.get(keyOf(row)) ?? (await scoreTrial(scoring, version(), loaded, trial));
    this.keep(row, scored);
    return { loaded, trial, scored };
  }
}

/** Which trial a row shows. */
type RowOfTrial = Pick<RowMetadata, 'version' | 'fingerprint' | 'caseId' | 'trialNumber'>;

function keyOf({ fingerprint, trialNumber, caseId }: RowOfTrial): string {
  return `${fingerprint} ${trialNumber} ${caseId}`;
}
