import { DocketError } from '../../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../../contracts/score.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { rowChecksum } from '../../database/row-checksum.ts';
import type { TraceDamage } from './trace-damage.ts';
import type { HeldTrace } from './trace-store.ts';

interface ScoreRow {
  readonly name: string;
  readonly score: string;
  readonly checksum: number;
}

/** What was said of traces in a shared database: scores, findings, and what was sent where. */
export class PostgresTraceScores {
  readonly #database: PostgresDatabase;
  readonly #damage: TraceDamage;

  constructor(database: PostgresDatabase, damage: TraceDamage) {
    this.#database = database;
    this.#damage = damage;
  }

  async saveAll(scores: ReadonlyMap<string, readonly Score[]>, scorersHash: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const { rows } = await transaction.query<{ readonly id: number; readonly trace_id: string }>(
        'SELECT id, trace_id FROM docket.trace_heads WHERE trace_id = ANY($1::text[]) ORDER BY trace_id FOR UPDATE',
        [[...scores.keys()]],
      );
      const ids = new Map(rows.map(({ id, trace_id }) => [trace_id, id]));
      for (const traceId of scores.keys())
        if (!ids.has(traceId))
          throw new DocketError(
            `There is no trace "${traceId}", so its scores cannot be stored. Import it first; \`docket traces ls\` lists what is there.`,
          );
      const all = [...ids.values()];
      await transaction.query('DELETE FROM docket.trace_scores WHERE trace = ANY($1::bigint[])', [all]);
      await transaction.query('DELETE FROM docket.trace_findings WHERE trace = ANY($1::bigint[])', [all]);
      // The last of several by one name, as each of them would have replaced the one before.
      const said = [...scores].flatMap(([traceId, some]) =>
        [...new Map(some.map((score) => [score.name, score])).values()].map((score) => ({
          traceId,
          name: score.name,
          text: JSON.stringify(score),
        })),
      );
      await transaction.query(
        'INSERT INTO docket.trace_scores (trace, name, score, checksum) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])',
        columnsOf(
          said,
          ({ traceId }) => ids.get(traceId) ?? 0,
          ({ name }) => name,
          ({ text }) => text,
          ({ traceId, name, text }) => rowChecksum(traceId, name, text),
        ),
      );
      const found = [...scores].flatMap(([traceId, some]) =>
        some.flatMap((score) => score.findings.map(({ code }) => ({ traceId, code }))),
      );
      await transaction.query(
        'INSERT INTO docket.trace_findings (trace, code) SELECT * FROM unnest($1::bigint[], $2::text[]) ON CONFLICT DO NOTHING',
        columnsOf(
          found,
          ({ traceId }) => ids.get(traceId) ?? 0,
          ({ code }) => code,
        ),
      );
      await transaction.query(
        `UPDATE docket.trace_heads AS head SET judge = $3, score_count = scored.scores
          FROM unnest($1::bigint[], $2::integer[]) AS scored (id, scores) WHERE head.id = scored.id`,
        [
          ...columnsOf(
            [...scores],
            ([traceId]) => ids.get(traceId) ?? 0,
            ([, some]) => new Set(some.map(({ name }) => name)).size,
          ),
          scorersHash,
        ],
      );
    });
  }

  async of(traceId: string): Promise<Score[]> {
    const { rows } = await this.#database.query<ScoreRow>(
      `SELECT score.name, score.score, score.checksum FROM docket.trace_scores AS score JOIN docket.trace_heads AS head ON head.id = score.trace
        WHERE head.trace_id = $1 ORDER BY score.name COLLATE "C"`,
      [traceId],
    );
    return this.#whole(traceId, rows);
  }

  async by(traceId: string, scorersHash: string): Promise<Score[] | undefined> {
    const { rows } = await this.#database.query<{ readonly scores: number }>(
      'SELECT score_count AS scores FROM docket.trace_heads WHERE trace_id = $1 AND judge = $2',
      [traceId, scorersHash],
    );
    if (!rows[0]) return undefined;
    const scores = await this.of(traceId);
    return scores.length === rows[0].scores ? scores : undefined;
  }

  async findings(): Promise<{ readonly code: string; readonly traces: number }[]> {
    const { rows } = await this.#database.query<{ readonly code: string; readonly traces: number }>(
      'SELECT code, count(*) AS traces FROM docket.trace_findings GROUP BY code ORDER BY traces DESC, code COLLATE "C"',
    );
    return rows;
  }

  /** What is there beside the spans of traces, by the number of the trace. */
  async beside(
    traces: readonly { readonly id: number; readonly trace_id: string; readonly judge: string | null; readonly scores: number | null }[],
  ): Promise<ReadonlyMap<number, Omit<HeldTrace, 'spans'>>> {
    const ids = [traces.map(({ id }) => id)];
    const { rows: scores } = await this.#database.query<ScoreRow & { readonly trace: number }>(
      'SELECT trace, name, score, checksum FROM docket.trace_scores WHERE trace = ANY($1::bigint[]) ORDER BY name COLLATE "C"',
      ids,
    );
    const { rows: sent } = await this.#database.query<{ readonly trace: number; readonly destination: string; readonly what: string }>(
      'SELECT trace, destination, what FROM docket.trace_sent WHERE trace = ANY($1::bigint[])',
      ids,
    );
    const [scoresOf, sentOf] = [Map.groupBy(scores, ({ trace }) => trace), Map.groupBy(sent, ({ trace }) => trace)];
    return new Map(
      traces.map(({ id, trace_id, judge, scores: count }) => {
        const whole = judge === null ? [] : this.#whole(trace_id, scoresOf.get(id) ?? []);
        return [
          id,
          {
            scored: judge !== null && whole.length === count ? { scorersHash: judge, scores: whole } : undefined,
            sent: new Map(sentOf.get(id)?.map(({ destination, what }) => [destination, what])),
          },
        ];
      }),
    );
  }

  async sent(traceId: string, destination: string): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ readonly what: string }>(
      `SELECT sent.what FROM docket.trace_sent AS sent JOIN docket.trace_heads AS head ON head.id = sent.trace
        WHERE head.trace_id = $1 AND sent.destination = $2`,
      [traceId, destination],
    );
    return rows[0]?.what;
  }

  async saveSent(destination: string, sent: ReadonlyMap<string, string>): Promise<void> {
    await this.#database.query(
      `INSERT INTO docket.trace_sent (trace, destination, what) SELECT head.id, $3, said.what
        FROM unnest($1::text[], $2::text[]) AS said (trace_id, what) JOIN docket.trace_heads AS head USING (trace_id)
        ON CONFLICT (trace, destination) DO UPDATE SET what = excluded.what`,
      [[...sent.keys()], [...sent.values()], destination],
    );
  }

  #whole(traceId: string, rows: readonly ScoreRow[]): Score[] {
    return rows.flatMap(({ name, score, checksum }) => {
      if (checksum === rowChecksum(traceId, name, score)) return [scoreSchema.parse(JSON.parse(score))];
      this.#damage.tell(`a score (${name}) cannot be read and is left out; run docket traces score to score the trace again`);
      return [];
    });
  }
}
