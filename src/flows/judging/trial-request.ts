import type { JsonObject } from '../../contracts/json.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import type { PreparedVersion } from '../session.ts';

/** What a version is run on: a case as its agent takes it, or an input that no case has. */
export interface TriedInput {
  readonly case: { readonly id: string };
  /** Parsed by the agent's own schema. */
  readonly input: JsonObject;
  readonly fingerprint: string;
}

/** One trial of a version, as the runner takes it. Every trial that anybody asks for is made here. */
export function trialRequest(
  { port, watch, identity }: Pick<PreparedVersion, 'port' | 'watch'> & { readonly identity: { readonly fingerprint: string } },
  tried: TriedInput,
  series: string,
  number: number,
): TrialRequest {
  return {
    agent: port,
    versionFingerprint: identity.fingerprint,
    caseId: tried.case.id,
    input: tried.input,
    caseFingerprint: tried.fingerprint,
    series,
    number,
    ...(watch.opensFiles ? { changed: () => watch.changed() } : {}),
  };
}
