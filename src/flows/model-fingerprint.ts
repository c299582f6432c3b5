import type { ModelFingerprint } from '../agent/fingerprint.ts';
import { type ModelMode, modelModeSchema } from '../contracts/model-mode.ts';
import { type Environment, endpointOf } from '../model/credentials.ts';
import { loadEnvironment } from '../model/load-environment.ts';
import type { Simulation } from '../model/simulated.ts';
import type { LoadedConfig } from './load-config.ts';

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

/** The same for every mode: live as the environment asks for it now. For finding what was stored or traced under any of them. */
export function modelFingerprintsOf({ root, simulation }: LoadedConfig): ModelFingerprint[] {
  const environment = loadEnvironment(root, process.env, () => {});
  return modelModeSchema.options.map((mode) => modelFingerprintOf(mode, simulation, environment));
}
