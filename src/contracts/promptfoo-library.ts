import { createRequire } from 'node:module';
import { DocketError } from './docket-error.ts';

/** What promptfoo's provider says of one call. */
export interface ProviderAnswer {
  readonly output?: unknown;
  readonly error?: string;
  /** True for one that comes from promptfoo's own cache. */
  readonly cached?: boolean;
  readonly isRefusal?: boolean;
  readonly finishReason?: string;
  readonly tokenUsage?: {
    readonly prompt?: number;
    readonly completion?: number;
    readonly completionDetails?: { readonly cacheReadInputTokens?: number; readonly cacheCreationInputTokens?: number };
  };
  readonly metadata?: { readonly http?: { readonly status?: number } };
}

/** One of promptfoo's providers, or one of a project's own. */
export interface Provider {
  id(): string;
  callApi(prompt: string, context?: object, options?: { readonly abortSignal?: AbortSignal }): Promise<ProviderAnswer>;
}

/** What promptfoo makes of an assertion. */
export interface Grading {
  readonly pass: boolean;
  readonly score: number;
  readonly reason: string;
  readonly tokensUsed?: { readonly total?: number };
  readonly metadata?: { readonly graderError?: boolean };
}

/** What is used of promptfoo's Node API. */
export interface PromptfooLibrary {
  loadApiProvider(id: string, context: { readonly options?: object; readonly basePath?: string }): Promise<Provider>;
  runAssertion(asked: object): Promise<Grading>;
  /** Fills a template of promptfoo's language with variables; what they hold is text, and never a template. */
  render(template: string, variables: Readonly<Record<string, unknown>>): string;
}

/** Promptfoo as its package exports it. */
interface PromptfooPackage {
  readonly default: Pick<PromptfooLibrary, 'loadApiProvider'>;
  readonly assertions: Pick<PromptfooLibrary, 'runAssertion'>;
  readonly cache: { disableCache(): void };
}

interface Nunjucks {
  readonly Environment: new (
    loader: null,
    options: { readonly autoescape: boolean },
  ) => { addFilter(name: string, filter: (value: unknown) => unknown): void; renderString: PromptfooLibrary['render'] };
}

let loading: Promise<PromptfooLibrary> | undefined;

/**
 * Loads promptfoo when it is needed first. Its cache of answers is switched off for this process: a repeat that is a copy says nothing of
 * how an agent varies.
 * @param what that wants it, as the beginning of a sentence
 * @throws {DocketError} when it is not installed, or cannot be loaded
 */
export function loadPromptfoo(what: string): Promise<PromptfooLibrary> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined;
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new DocketError(
      missing
        ? `${what} needs promptfoo, which is not installed here. Run npm install --save-dev promptfoo.`
        : `${what} needs promptfoo, which cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  });
  return loading;
}

async function load(): Promise<PromptfooLibrary> {
  // Otherwise each process tells promptfoo's maker of itself, and waits where that is not possible.
  process.env.PROMPTFOO_DISABLE_TELEMETRY ??= '1';
  process.env.PROMPTFOO_DISABLE_UPDATE ??= '1';
  const name = 'promptfoo';
  const { default: library, assertions, cache } = (await import(name)) as PromptfooPackage;
  cache.disableCache();
  const { Environment } = besidePromptfoo()('nunjucks') as Nunjucks;
  const environment = new Environment(null, { autoescape: false });
  environment.addFilter('load', (value) => JSON.parse(String(value)));
  return {
    loadApiProvider: (id, context) => library.loadApiProvider(id, context),
    runAssertion: (asked) => assertions.runAssertion(asked),
    render: (template, variables) => environment.renderString(template, variables),
  };
}

/** The version that is installed beside this Docket; undefined where none is. */
export function promptfooVersion(): string | undefined {
  try {
    return (besidePromptfoo()('../../package.json') as { readonly version: string }).version;
  } catch {
    return undefined;
  }
}

/** What promptfoo's own modules get by a name. */
function besidePromptfoo(): NodeJS.Require {
  return createRequire(createRequire(import.meta.url).resolve('promptfoo'));
}
