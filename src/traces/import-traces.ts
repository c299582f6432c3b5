import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../contracts/clock.ts';
import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import type { Importer, ImportTarget, PageAnswer } from './importers/importer.ts';
import type { TraceStore } from './store/trace-store.ts';
import { type UnreadGroup, UnreadTally } from './unread-tally.ts';
import type { OfVendor } from './vendors/vendor.ts';
import type { VendorClient } from './vendors/vendor-client.ts';

/** What to import. Times are milliseconds since 1970. */
export interface ImportRequest {
  readonly importer: OfVendor<Importer>;
  readonly target: ImportTarget;
  readonly client: VendorClient;
  readonly store: Pick<TraceStore, 'saveSpans' | 'cursor' | 'saveCursor'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agent?: string;
  /** What was asked for, word by word: the same words go on with what they began. */
  readonly words?: string;
  /** Default: where the last import ended, or a day ago. */
  readonly since?: number;
  /** Default: now. */
  readonly until?: number;
  readonly onPage?: (sofar: { readonly pages: number; readonly added: number; readonly known: number }) => void;
}

/** What an import did. */
export interface ImportSummary {
  readonly since: number;
  readonly until: number;
  /** True when it went on with an import that was interrupted. */
  readonly resumed: boolean;
  readonly pages: number;
  readonly added: number;
  readonly known: number;
  readonly unread: readonly UnreadGroup[];
}

const windowSchema = z.object({ since: z.number(), until: z.number(), cursor: z.string().nullable(), asOf: z.number().nullable() });
const stateSchema = z.object({ through: z.number().nullable(), open: windowSchema.nullable() });
type State = z.infer<typeof stateSchema>;
type OpenWindow = z.infer<typeof windowSchema>;

/** Spans arrive late at the vendor, and clocks differ: so much is read again. Known spans cost nothing. */
const overlapMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;
const mostPages = 1_000_000;

/**
 * Reads a vendor's spans page by page into the store. After each page the place is stored, so an import that was interrupted goes on there;
 * spans that are stored already are known, so several imports at once, or the same one again, change nothing.
 * @throws {DocketError} when the vendor stays out of reach or refuses; what was read until then is stored
 */
export async function importTraces(request: ImportRequest): Promise<ImportSummary> {
  const run = new ImportRun(request);
  return run.run();
}

class ImportRun {
  readonly #request: ImportRequest;
  readonly #key: string;
  readonly #tally = new UnreadTally();
  #pages = 0;
  #added = 0;
  #known = 0;
  #limit: number;

  constructor(request: ImportRequest) {
    this.#request = request;
    this.#limit = request.importer.pageSize;
    const { importer, target, agent, words } = request;
    const scope = JSON.stringify([target.baseUrl, target.project ?? null, agent ?? null, words ?? null]);
    this.#key = `${importer.name}:${createHash('sha256').update(scope).digest('hex').slice(0, 16)}`;
  }

  async run(): Promise<ImportSummary> {
    const state = await this.#stored();
    const until = this.#request.until ?? this.#request.clock.date().getTime();
    const begun = state.open;
    if (begun) await this.#finish(begun, state);
    const since = begun ? begun.until - overlapMs : (this.#request.since ?? this.#nextStart(state, until));
    const rest = begun ? until > begun.until : true;
    if (!begun && since >= until) {
      throw new DocketError(
        `The requested period ends before it begins: ${new Date(since).toISOString()} to ${new Date(until).toISOString()}. Check --since and --until, and this machine's clock.`,
      );
    }
    if (rest) await this.#finish({ since, until, cursor: null, asOf: null }, await this.#stored());
    const unread = this.#tally.groups();
    return {
      since: begun?.since ?? since,
      until,
      resumed: begun !== null,
      pages: this.#pages,
      added: this.#added,
      known: this.#known,
      unread,
    };
  }

  #nextStart({ through }: State, until: number): number {
    if (through === null) return until - dayMs;
    // A clock that was set back since must not make the window empty.
    return Math.min(through - overlapMs, until - overlapMs);
  }

  async #finish(window: OpenWindow, before: State): Promise<void> {
    const { client, store } = this.#request;
    let open = window;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await this.#ask(open);
      if (answer === 'restart') {
        open = { ...open, cursor: null };
        continue;
      }
      const spans = answer.spans.map((span) => client.withoutKeys(span));
      const saved = await store.saveSpans(spans, { source: this.#request.importer.name });
      this.#pages += 1;
      this.#added += saved.added;
      this.#known += saved.known;
      this.#tally.add(client.withoutKeys(answer.unread));
      this.#request.onPage?.({ pages: this.#pages, added: this.#added, known: this.#known });
      // The vendor's clock decides what there was to read: a local clock that is ahead must not make the next import skip anything.
      const asOf = open.asOf ?? client.serverTime ?? null;
      if (answer.next === undefined) {
        const through = Math.min(open.until, asOf ?? open.until);
        await this.#save({ through: Math.max(through, before.through ?? through), open: null });
        return;
      }
      if (answer.next === open.cursor)
        throw new DocketError('The vendor keeps returning the same page. Nothing is lost; please report this.');
      open = { ...open, cursor: answer.next, asOf };
      // A place that holds a key is no place to be stored; an import that is interrupted begins its window anew.
      if (client.withoutKeys(answer.next) === answer.next) await this.#save({ ...before, open });
    }
    throw new DocketError(`Stopped after ${mostPages} pages. Run the same command again; it continues where it stopped.`, {
      exitCode: exitCodes.incomplete,
    });
  }

  /** Asks for a page, with ever fewer records while the answer is too long. */
  async #ask(open: OpenWindow): Promise<Extract<PageAnswer, { kind: 'page' }> | 'restart'> {
    const { importer, client, target, agent, signal } = this.#request;
    for (;;) {
      signal.throwIfAborted();
      const answer = await importer.page(client, target, {
        window: { since: open.since, until: open.until },
        limit: this.#limit,
        ...(agent === undefined ? {} : { agent }),
        ...(open.cursor === null ? {} : { cursor: open.cursor }),
      });
      if (answer.kind === 'page') return answer;
      if (answer.kind === 'refused') {
        // A place that was stored long ago may be forgotten there; the window is read again from its beginning, once.
        if (open.cursor !== null && this.#pages === 0) return 'restart';
        throw new DocketError(`${importer.title} refuses the request: ${answer.message || 'no reason given'}`);
      }
      if (this.#limit === 1)
        throw new DocketError(`${importer.title} returned a record that is too long to read. Narrow --since and --until around it.`);
      this.#limit = Math.ceil(this.#limit / 2);
    }
  }

  async #stored(): Promise<State> {
    const text = await this.#request.store.cursor(this.#key);
    try {
      if (text !== undefined) return stateSchema.parse(JSON.parse(text));
    } catch {
      // A place that cannot be read costs a second reading, nothing else.
    }
    return { through: null, open: null };
  }

  async #save(state: State): Promise<void> {
    await this.#request.store.saveCursor(this.#key, JSON.stringify(state));
  }
}
