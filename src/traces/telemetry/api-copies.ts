import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ContextManager, ProxyTracerProvider, type TraceAPI, type Tracer, type TracerProvider } from '@opentelemetry/api';

/** What all copies of OpenTelemetry's API in a process share: one object, under a name of their own. */
interface SharedApi {
  readonly version: string;
  trace?: TracerProvider;
  context?: ContextManager;
}
const shared = globalThis as unknown as { [key: symbol]: SharedApi | undefined };
const key = Symbol.for('opentelemetry.js.api.1');

/** The provider of the SDK that is registered, by whichever copy of the API; undefined where there is none. */
export function registeredProvider(): TracerProvider | undefined {
  const registered = shared[key]?.trace as (TracerProvider & { getDelegate?(): TracerProvider }) | undefined;
  return registered?.getDelegate?.() ?? registered;
}

/**
 * Gives spans to the provider of the present recording, and to none in between: code keeps the tracer that it asked for once, and a later recording in
 * the same process would hear nothing of it.
 */
class FollowingProvider implements TracerProvider {
  current: TracerProvider | undefined;
  readonly #none = new ProxyTracerProvider();

  getTracer(...named: Parameters<TracerProvider['getTracer']>): Tracer {
    const tracer = () => (this.current ?? this.#none).getTracer(...named);
    return {
      startSpan: (...span) => tracer().startSpan(...span),
      startActiveSpan: (...span: unknown[]) => (tracer().startActiveSpan as (...span: unknown[]) => never)(...span),
    };
  }
}

const following = new FollowingProvider();

/**
 * Puts the provider that is registered within reach of every copy of the API: a program has several, of several versions, and tracers that a copy gave
 * away before the registration, or would register for a newer version, otherwise make spans that nobody sees.
 * @param source file of the code whose copies are looked for, beside those that are loaded
 * @returns what ends it
 */
export async function shareProvider(trace: TraceAPI, source: string): Promise<() => void> {
  following.current = registeredProvider();
  trace.disable();
  trace.setGlobalTracerProvider(following);
  const api = shared[key];
  if (!api) return () => {};
  const copies = await otherCopies(trace, source);
  const own = api.version;
  for (const copy of copies) {
    // With nothing shared it takes the provider for its own tracers; what is registered stays as it is.
    delete shared[key];
    copy.trace.setGlobalTracerProvider(following);
  }
  // A copy reads what was registered by its own version or a later one.
  const version = [own, ...copies.map(({ version }) => version)].sort(byVersion).at(-1) ?? own;
  shared[key] = { ...api, version };
  return () => {
    following.current = undefined;
    shared[key] = { ...shared[key], version: own };
  };
}

interface ApiCopy {
  readonly version: string;
  readonly trace: TraceAPI;
}

const folder = ['node_modules', '@opentelemetry', 'api'].join(sep);

/** Copies of the API, but for Docket's own: those that were loaded by `require`, and those that the code at a place would load. */
async function otherCopies(own: TraceAPI, source: string): Promise<ApiCopy[]> {
  const require = createRequire(import.meta.url);
  const loaded = Object.keys(require.cache).flatMap((file) =>
    file.includes(`${folder}${sep}`) ? [file.slice(0, file.indexOf(folder) + folder.length)] : [],
  );
  const copies: ApiCopy[] = [];
  for (const place of new Set([...loaded, ...placesAround(source)])) {
    const version = manifestOf(place)?.version;
    if (!version?.startsWith('1.')) continue;
    for (const load of [() => require(place), () => importOf(place)]) {
      try {
        const { trace } = (await load()) as { readonly trace?: TraceAPI };
        if (trace && trace !== own && copies.every((copy) => copy.trace !== trace)) copies.push({ version, trace });
      } catch {
        // What cannot be loaded makes no spans.
      }
    }
  }
  return copies;
}

function placesAround(source: string): string[] {
  const file = source.startsWith('file:') ? fileURLToPath(source.replace(/[?#].*$/, '')) : source;
  for (let place = dirname(file); ; place = dirname(place)) {
    if (existsSync(join(place, folder, 'package.json'))) return [join(place, folder)];
    if (dirname(place) === place) return [];
  }
}

/** As an `import` would load it: the newer versions have a form of their own for that. */
function importOf(place: string): Promise<unknown> {
  const { exports } = manifestOf(place) ?? {};
  let entry: unknown = exports?.['.'];
  while (typeof entry === 'object' && entry !== null) entry = (entry as { readonly default?: unknown }).default;
  if (typeof entry !== 'string') throw new Error('no entry');
  return import(pathToFileURL(join(place, entry)).href);
}

function manifestOf(place: string): { readonly version?: string; readonly exports?: Readonly<Record<string, unknown>> } | undefined {
  try {
    return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
