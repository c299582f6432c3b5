import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { loadPromptfoo, type PromptfooLibrary, type Provider, type ProviderAnswer } from '../../contracts/promptfoo-library.ts';
import type { ModelCallStep } from '../../contracts/transcript.ts';
import { ModelError } from '../../model/model-error.ts';
import { type ReadDecision, readText } from '../own-read.ts';
import type { OwnTrial } from '../own-run.ts';
import { renderPrompt } from './render-prompt.ts';

export interface ProviderSettings {
  readonly at: string;
  /** Folder that `file://` is relative to. */
  readonly directory: string;
  /** Of versions that name none. */
  readonly provider: string | undefined;
  readonly read: ReadDecision | undefined;
  /** The decision's own schema. */
  readonly schema: JsonObject;
}

/** Asks promptfoo's providers for decisions; each is loaded once for its settings. */
export class ProviderRunner {
  readonly #settings: ProviderSettings;
  readonly #loaded = new Map<string, Promise<Provider>>();

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  async answer(input: JsonObject, { version, signal }: OwnTrial): Promise<unknown> {
    const { at, read, schema } = this.#settings;
    const who = `${at}, version "${version.name}"`;
    const library = await loadPromptfoo(`The ${at}`);
    const provider = await this.#providerOf(library, version, who);
    const prompt = renderPrompt(library, version.prompt, input, who);
    const context = { vars: input, prompt: { raw: prompt, label: version.name }, bustCache: true };
    const start = performance.now();
    const id = this.#idOf(version) ?? provider.id();
    const answer = await provider.callApi(prompt, context, { abortSignal: signal }).catch((error: unknown): never => {
      throw isOwnProvider(id) || signal.aborted ? error : failureOf({ error: error instanceof Error ? error.message : String(error) }, id);
    });
    const durationMs = performance.now() - start;
    if (answer?.cached)
      throw new DocketError(`${who}: ${provider.id()} answered from a cache. A copy of an answer is no trial: switch its cache off.`);
    if (answer?.error) throw failureOf(answer, id);
    const text = textOf(answer?.output);
    const transcript = { userMessage: prompt, steps: [stepOf(id, text, answer, durationMs)] };
    if (answer?.isRefusal) return { outcome: { kind: 'refused', category: null, explanation: text }, transcript };
    if (answer?.finishReason === 'length') return { outcome: { kind: 'truncated', stopReason: 'max_tokens' }, transcript };
    return { ...readText(text, { read, schema, what: 'the output' }), transcript };
  }

  /** The provider as the version names it. */
  #idOf({ model }: OwnTrial['version']): string | undefined {
    return model ?? this.#settings.provider;
  }

  #providerOf(library: PromptfooLibrary, version: OwnTrial['version'], who: string): Promise<Provider> {
    const id = this.#idOf(version);
    if (id === undefined)
      throw new DocketError(`${who} names no provider. Give it a "model" (openai:gpt-5-mini), or the agent a "provider".`);
    const key = JSON.stringify([id, version.options]);
    const loaded = this.#loaded.get(key) ?? this.#load(library, id, version.options, who);
    this.#loaded.set(key, loaded);
    return loaded;
  }

  async #load(library: PromptfooLibrary, id: string, config: JsonObject, who: string): Promise<Provider> {
    try {
      return await library.loadApiProvider(id, { options: { config }, basePath: this.#settings.directory });
    } catch (cause) {
      const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n');
      throw new DocketError(`${who}: promptfoo cannot load its provider "${id}": ${said}`, { cause });
    }
  }
}

function textOf(output: unknown): string {
  if (output === undefined || output === null) return '';
  return typeof output === 'string' ? output : JSON.stringify(output);
}

function stepOf(model: string, text: string, answer: ProviderAnswer | undefined, durationMs: number): ModelCallStep {
  const {
    prompt = 0,
    completion = 0,
    completionDetails: { cacheReadInputTokens: read = 0, cacheCreationInputTokens: written = 0 } = {},
  } = answer?.tokenUsage ?? {};
  return {
    kind: 'model-call',
    model,
    stopReason: answer?.finishReason ?? null,
    content: [{ type: 'text', text }],
    usage: {
      inputTokens: Math.max(0, prompt - read - written),
      outputTokens: completion,
      cacheWriteTokens: written,
      cacheReadTokens: read,
    },
    durationMs,
  };
}

/** Code of the project's own, whose errors are the agent's. */
function isOwnProvider(id: string): boolean {
  return /^(?:file|exec|python|golang|ruby):/.test(id);
}

/**
 * What promptfoo says of an error is text; what the text says of the server decides whose fault it is. A provider of promptfoo's own that fails, for want of a
 * package say, is no fault of the agent.
 */
function failureOf({ error = '', metadata }: ProviderAnswer, provider: string): Error {
  const message = `${provider}: ${error}`;
  if (
    /\bCannot find (?:module|package)\b|\bnpm (?:install|i)\b|\bpackages? (?:is|are) (?:required|not installed|missing)\b|\bis not a constructor\b/i.test(
      error,
    )
  )
    return new ModelError('request', `${message} Does it need a package of its vendor that is not installed?`, { retryable: false });
  if (/\b(?:API key|credentials?|token)\b.*\b(?:not (?:set|provided|found)|missing|required)\b/i.test(error))
    return new ModelError('authentication', message, { retryable: false });
  const status = metadata?.http?.status ?? Number(/\b(?:error|status|code|HTTP)\b\D{0,12}\b([45]\d\d)\b/i.exec(error)?.[1]);
  if (status >= 400) return Object.assign(new Error(message), { status });
  const code = /\b(E(?:CONN[A-Z]+|PIPE|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND|TIMEDOUT)|UND_ERR_\w+)\b/.exec(error)?.[1];
  if (code !== undefined) return Object.assign(new Error(message), { code });
  if (/\btimed? ?out\b/i.test(error)) return new ModelError('timeout', message, { retryable: true });
  if (/\brate limit/i.test(error)) return new ModelError('rate-limit', message, { retryable: true });
  return /\bfetch failed\b|\bnetwork\b/i.test(error)
    ? new ModelError('connection', message, { retryable: true })
    : isOwnProvider(provider)
      ? new Error(message)
      : new ModelError('request', message, { retryable: false });
}
