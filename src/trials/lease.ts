import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { PostgresDatabase, PostgresValue } from '../database/postgres/postgres-database.ts';
import { machineName, processName } from './machine.ts';
import { postgresStatements as statements } from './postgres-statements.ts';

/** How long claims outlive the last word of their owner, in seconds: longer than a network is cut for a moment. */
export const defaultLeaseSeconds = 60;

/** How often is looked, at most, whether somebody was killed, in milliseconds. */
const lookAgainMs = 1000;

/** So many times within a lease its owner says that it is there. */
const beats = 6;

/**
 * Makes an owner of claims that others, on any machine, see alive as long as it renews its lease. Both are by the server's clock; what clocks elsewhere
 * say does not matter. An owner that is silent for longer loses its claims to whoever asks, and may go on all the same: the trial that is saved first stays.
 */
export class Lease {
  readonly id = randomUUID();
  readonly #database: PostgresDatabase;
  readonly #seconds: number;
  readonly #machine = machineName();
  #beating: NodeJS.Timeout | undefined;
  #begun: Promise<void> | undefined;
  #looking: Promise<boolean> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(database: PostgresDatabase, seconds = defaultLeaseSeconds) {
    this.#database = database;
    this.#seconds = seconds;
  }

  /** Begins with the first claim: who only reads owns nothing. */
  begin(): Promise<void> {
    this.#begun ??= this.#begin().catch((error: unknown) => {
      this.#begun = undefined;
      throw error;
    });
    return this.#begun;
  }

  /** Gives all claims back; where the server cannot be reached they end with the lease. */
  async end(): Promise<void> {
    clearInterval(this.#beating);
    if (!this.#begun) return;
    try {
      await this.#database.tryOnce(statements.endOwner, [this.id]);
    } catch {}
  }

  /**
   * Looks, from time to time, who was killed on this machine, and ends their claims: they are not waited for, and nobody who lives renews their leases.
   * @returns true where claims were ended
   */
  async endKilled(): Promise<boolean> {
    if (this.#machine === undefined || performance.now() - this.#lookedAt < lookAgainMs) return this.#looking ?? false;
    this.#lookedAt = performance.now();
    this.#looking = this.#endKilled(this.#machine).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #begin(): Promise<void> {
    await this.#database.query(statements.sweep);
    await this.#database.query(statements.renew, this.#values());
    await this.endKilled();
    let isBeating = false;
    this.#beating = setInterval(
      async () => {
        if (isBeating) return;
        isBeating = true;
        try {
          await this.#database.tryOnce(statements.renew, this.#values());
          await this.endKilled();
        } catch {
          // The next one comes soon; what fails for long is told by whoever wants something.
        } finally {
          isBeating = false;
        }
      },
      (this.#seconds * 1000) / beats,
    );
    this.#beating.unref();
  }

  async #endKilled(machine: string): Promise<boolean> {
    type Row = { readonly id: string; readonly process: string };
    const { rows } = await this.#database.query<Row>(statements.neighbours, [machine, this.id]);
    const killed = rows.filter(({ process: name }) => processName(name.split(' ')[0] ?? '') !== name);
    for (const { id } of killed) await this.#database.query(statements.endOwner, [id]);
    return killed.length > 0;
  }

  #values(): PostgresValue[] {
    const name = this.#machine === undefined ? null : (processName(process.pid) ?? null);
    return [this.id, `process ${process.pid} on ${hostname()}`, this.#seconds, name === null ? null : (this.#machine ?? null), name];
  }
}
