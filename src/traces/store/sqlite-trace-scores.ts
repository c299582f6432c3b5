import { DocketError } from '../../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../../contracts/score.ts';
import type { TraceDamage } from './trace-damage.ts';
import type { TraceStatements } from './trace-statements.ts';
import type { HeldTrace } from './trace-store.ts';

/** What was said of traces in a file: scores, findings, and what was sent where. Whoever calls it is in a transaction. */
export class SqliteTraceScores {
  readonly #statements: TraceStatements;
  readonly #damage: TraceDamage;

  constructor(statements: TraceStatements, damage: TraceDamage) {
    this.#statements = statements;
    this.#damage = damage;
  }

  /** @throws {DocketError} when there is no such trace */
  replace(traceId: string, scores: readonly Score[], scorersHash: string): void {
    const trace = this.#idOf(traceId);
    if (trace === undefined) {
      throw new DocketError(
        `There is no trace "${traceId}", so its scores cannot be stored. Import it first; \`docket traces ls\` lists what is there.`,
      );
    }
    this.#statements.forgetScores.run(trace);
    this.#statements.forgetFindings.run(trace);
    for (const score of scores) {
      this.#statements.saveScore.run(trace, score.name, JSON.stringify(score));
      for (const { code } of score.findings) this.#statements.addFinding.run(code, trace);
    }
    this.#statements.saveScorersHash.run(trace, scorersHash, new Set(scores.map(({ name }) => name)).size);
  }

  of(traceId: string): Score[] {
    const trace = this.#idOf(traceId);
    return trace === undefined ? [] : this.#whole(trace);
  }

  by(traceId: string, scorersHash: string): Score[] | undefined {
    const trace = this.#idOf(traceId);
    const row = trace === undefined ? undefined : this.#scoredBy(trace);
    if (trace === undefined || row?.judge !== scorersHash) return undefined;
    const scores = this.#whole(trace);
    return scores.length === row.scores ? scores : undefined;
  }

  scored(traceId: string): HeldTrace['scored'] {
    const trace = this.#idOf(traceId);
    const scorersHash = trace === undefined ? undefined : this.#scoredBy(trace)?.judge;
    const scores = scorersHash === undefined ? undefined : this.by(traceId, scorersHash);
    return scorersHash === undefined || !scores ? undefined : { scorersHash, scores };
  }

  /** By destination. */
  sent(traceId: string): Map<string, string> {
    const trace = this.#idOf(traceId);
    const rows = (trace === undefined ? [] : this.#statements.sent.all(trace)) as { destination: string; what: string }[];
    return new Map(rows.map(({ destination, what }) => [destination, what]));
  }

  saveSent(traceId: string, destination: string, what: string): void {
    const trace = this.#idOf(traceId);
    if (trace !== undefined) this.#statements.saveSent.run(trace, destination, what);
  }

  #scoredBy(trace: number): { readonly judge: string; readonly scores: number } | undefined {
    return this.#statements.scoredBy.get(trace) as { judge: string; scores: number } | undefined;
  }

  #idOf(traceId: string): number | undefined {
    return (this.#statements.trace.get(traceId) as { id: number } | undefined)?.id;
  }

  #whole(trace: number): Score[] {
    return this.#statements.scores.all(trace).flatMap(({ name, score, isWhole }) => {
      const read = isWhole === 1 ? scoreSchema.safeParse(JSON.parse(String(score))) : undefined;
      if (read?.success) return [read.data];
      this.#damage.tell(`a score (${name}) cannot be read and is left out; run docket traces score to score the trace again`);
      return [];
    });
  }
}
