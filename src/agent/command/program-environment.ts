import { DocketError } from '../../contracts/docket-error.ts';
import type { OwnContext } from '../own-run.ts';

/** Docket's secrets, and where Docket itself sends spans, with the key for it. */
const withheld = /^(?:DOCKET_|OTEL_EXPORTER_OTLP_)/i;

/** What a trial tells a program of itself. */
export interface ToldTrial {
  /** Where it sends spans; undefined where nobody listens. */
  readonly address: string | undefined;
  /** Of the trial, for a program that does nothing else. */
  readonly traceparent?: string | undefined;
  readonly version?: OwnContext['version'];
}

/** The environment of a program: this process's without Docket's secrets, with where its spans go and what its version names. */
export function programEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>>,
  { address, traceparent, version }: ToldTrial,
): Record<string, string> {
  const own = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !withheld.test(entry[0]) && entry[0] !== 'TRACEPARENT',
  );
  return {
    ...Object.fromEntries(own),
    ...added,
    ...(address === undefined ? {} : spanVariables(address)),
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
    ...(version === undefined ? {} : versionVariables(version)),
  };
}

function spanVariables(address: string): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: address,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_TRACES_SAMPLER: 'always_on',
    // Milliseconds between two exports.
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
}

function versionVariables({ name, prompt, model, options }: OwnContext['version']): Record<string, string> {
  return {
    AGENT_VERSION: name,
    AGENT_OPTIONS: JSON.stringify(options),
    ...(prompt === '' ? {} : { AGENT_PROMPT: prompt }),
    ...(model === undefined ? {} : { AGENT_MODEL: model }),
  };
}

/** @throws {DocketError} when a variable that the agent needs is not set */
export function requireVariables(names: readonly string[], environment: Readonly<Record<string, string | undefined>>, agent: string): void {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length === 0) return;
  const they = missing.length === 1 ? 'which is not set' : 'which are not set';
  throw new DocketError(
    `agent "${agent}" needs ${missing.join(', ')} in its environment, ${they}. Set ${missing.length === 1 ? 'it' : 'them'} and run the same command again.`,
  );
}
