import type { ModelFingerprint } from '../agent/fingerprint.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import { type Environment, endpointOf } from '../model/credentials.ts';
import type { Simulation } from '../model/simulated.ts';

/**
 * What decides the answers beside the version, for a model that is not opened.
 * @param environment with what `.env` adds: names the server of live calls
 * @throws {DocketError} when it names none
 */
export function modelFingerprintOf(
  mode: ModelMode,
  { slipRate }: Pick<Simulation, 'slipRate'>,
  environment: Environment,
): ModelFingerprint {
  switch (mode) {
    case 'live':
      return { mode, settings: {}, endpoint: endpointOf(environment) };
    case 'recorded':
      return { mode, settings: {} };
    case 'simulated':
      return { mode, settings: { slipRate } };
  }
}
