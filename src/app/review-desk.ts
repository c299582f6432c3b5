import { sourceClosure } from '../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type LoadedConfig, loadConfig } from '../flows/load-config.ts';
import { openTracesIfThere } from '../flows/open-traces.ts';
import { Review } from '../flows/promote/3-review-drafts.ts';
import { redactionKey, redactionKeyToRead } from '../flows/promote/redaction-key.ts';
import { decisionForm, decisionSchemas, inputJsonSchema } from '../flows/promote/review-form.ts';
import { ReviewLog } from '../flows/promote/review-log.ts';
import { TraceScores } from '../flows/score-traces/trace-scores.ts';
import { createPseudonyms } from '../review/pseudonyms.ts';
import type { TypedField } from '../review/typed-field.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';

/** Reviews nothing: who only reads has answered no draft. */
const nobody = '\u0000 reading only';

/** The project's traces with what scorers say of them. */
interface OpenTraces {
  readonly store: TraceStore;
  readonly scores: TraceScores;
}

/**
 * The drafts of a project as the app asks about them, by the agent's own schemas and policy. They are loaded once: whoever asks finds out
 * first whether they are still as they were (`desk-question.ts`), because an answer signs what the policy says now.
 */
export class ReviewDesk {
  readonly config: LoadedConfig;
  readonly log: ReviewLog;
  readonly form: readonly TypedField[];
  readonly inputSchema: JsonObject;
  readonly #decisionSchemas: ReadonlyMap<string, readonly JsonObject[]>;
  readonly #loadedFrom: string;
  #traces: Promise<OpenTraces | undefined> | undefined;

  private constructor(config: LoadedConfig, loadedFrom: string) {
    this.config = config;
    this.log = new ReviewLog(config);
    this.form = decisionForm(config.agent);
    this.inputSchema = inputJsonSchema(config.agent);
    this.#decisionSchemas = decisionSchemas(config.agent);
    this.#loadedFrom = loadedFrom;
  }

  /** @throws {DocketError} when the project does not load */
  static async open(directory: string): Promise<ReviewDesk> {
    const config = await loadConfig(directory);
    return new ReviewDesk(config, await filesOf(config));
  }

  /** The schema of a decision field, for its name and unit. */
  schemaOf = (field: string): JsonObject | undefined => this.#decisionSchemas.get(field)?.[0];

  /** A schema of all decision fields, for showing one. */
  get decisionSchema(): JsonObject {
    return { properties: Object.fromEntries([...this.#decisionSchemas].map(([field, [schema = {}]]) => [field, schema])) };
  }

  /** The drafts as one person sees them. */
  async review(reviewer: string = nobody): Promise<Review> {
    const { config, log } = this;
    const traces = await this.#openTraces();
    return new Review({
      agent: config.agent,
      cases: config.cases,
      reviewer,
      today: this.today(),
      // Who only looks leaves the project as it is.
      pseudonyms: createPseudonyms(reviewer === nobody ? redactionKeyToRead(config.root) : redactionKey(config.root)),
      log,
      ...(traces ? { traces: traces.store, scores: traces.scores } : {}),
    });
  }

  /** The day, as YYYY-MM-DD: a server may live for many. */
  today(): string {
    return new Date().toISOString().slice(0, 10);
  }

  /** False when the agent is another one now than was loaded. */
  async isCurrent(): Promise<boolean> {
    return (await filesOf(this.config)) === this.#loadedFrom;
  }

  async #openTraces() {
    this.#traces ??= this.#openedTraces();
    try {
      const traces = await this.#traces;
      // They are looked for again where nothing was recorded yet.
      if (!traces) this.#traces = undefined;
      return traces;
    } catch (error) {
      this.#traces = undefined;
      throw error;
    }
  }

  async #openedTraces(): Promise<OpenTraces | undefined> {
    const store = await openTracesIfThere(this.config);
    return store && { store, scores: await TraceScores.open(this.config, store) };
  }

  async close(): Promise<void> {
    await (await this.#traces?.catch(() => undefined))?.store.close();
    this.#traces = undefined;
  }
}

/** Hash of all that decides what the agent's schemas and policy are. */
async function filesOf({ agent, file, root }: LoadedConfig): Promise<string> {
  const { docket, scorersSource = file } = agent;
  try {
    const { hashes } = await sourceClosure({ sources: { configuration: file, scorers: scorersSource }, docket, root });
    return sha256(canonicalJson([...hashes]));
  } catch (error) {
    // A file that is gone, or half saved, is another one too.
    return `unreadable: ${(error as Error).message}`;
  }
}
