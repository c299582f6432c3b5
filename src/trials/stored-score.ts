import { timingSafeEqual } from 'node:crypto';
import { type Score, scoreSchema } from '../contracts/score.ts';
import { rowChecksum } from '../database/row-checksum.ts';
import type { TrialSigner } from './trial-signer.ts';
import type { KeptScore, ScorePage, SignedTrials } from './trial-store.ts';

/** A row of the table `scores` below its key. */
export interface ScoreRow {
  readonly scorer: string;
  /** As JSON; null when there was nothing to judge. */
  readonly score: string | null;
  readonly signature: string | null;
  readonly checksum: number;
}

/** A score as its row holds it, signed where trials are. */
export function scoreRow(key: string, scorer: string, score: Score | null, signed: SignedTrials | undefined): ScoreRow {
  const text = score === null ? null : JSON.stringify(score);
  return {
    scorer,
    score: text,
    signature: signed ? signatureOf(signed.signer, key, scorer, text) : null,
    checksum: rowChecksum(key, scorer, text),
  };
}

/** The score of a row; undefined when it is not what was written, or nobody signed it where only what is signed counts: then it is asked for anew. */
export function readScore(key: string, row: ScoreRow | undefined, signed: SignedTrials | undefined): Score | null | undefined {
  if (!row || rowChecksum(key, row.scorer, row.score) !== row.checksum) return undefined;
  if (signed?.only && !equal(row.signature ?? '', signatureOf(signed.signer, key, row.scorer, row.score))) return undefined;
  if (row.score === null) return null;
  return scoreSchema.safeParse(JSON.parse(row.score)).data;
}

/** Of a page of rows, the scores that count: the first row that counts of each key. */
export function scorePage(rows: readonly (ScoreRow & { readonly key: string })[], signed: SignedTrials | undefined): ScorePage {
  const kept = new Map<string, KeptScore>();
  for (const row of rows) {
    const score = kept.has(row.key) ? undefined : readScore(row.key, row, signed);
    if (score !== undefined) kept.set(row.key, { key: row.key, scorer: row.scorer, score });
  }
  return { scores: [...kept.values()], last: rows.at(-1)?.key };
}

function signatureOf(signer: TrialSigner, key: string, scorer: string, text: string | null): string {
  return signer.signText('docket score', JSON.stringify([key, scorer, text]));
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
