import { DocketError } from '../contracts/docket-error.ts';
import { type ModelMode, modelModeSchema } from '../contracts/model-mode.ts';

/** Who answers in a suite, and where its trials are kept. */
export interface EvalsMode {
  /** Undefined: the environment decides, live with a key and simulated without. */
  readonly mode: ModelMode | undefined;
  /** Undefined: the configured store. */
  readonly store: ':memory:' | undefined;
}

/** Offline, and nothing is kept. */
export const alwaysSimulated: EvalsMode = { mode: 'simulated', store: ':memory:' };

/**
 * Reads `DOCKET_EVALS_MODE`. Not set, a suite is simulated whatever keys there are, and keeps nothing: a test run costs no money and gives
 * the same result everywhere. `auto` uses the key if there is one; `live`, `recorded` and `simulated` say it by name. With any of them
 * trials are kept in the configured store, and what is stored is not run again.
 * @throws {DocketError} for any other value
 */
export function evalsMode(environment: NodeJS.ProcessEnv): EvalsMode {
  const asked = environment.DOCKET_EVALS_MODE ?? '';
  if (asked === '') return alwaysSimulated;
  if (asked === 'auto') return { mode: undefined, store: undefined };
  const mode = modelModeSchema.safeParse(asked);
  if (mode.success) return { mode: mode.data, store: undefined };
  throw new DocketError(
    `DOCKET_EVALS_MODE is ${JSON.stringify(asked)}. Expected auto, ${modelModeSchema.options.join(', ')}, or nothing for simulated.`,
  );
}
