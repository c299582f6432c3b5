import { resolveVersion } from '../../agent/version.ts';
import { type GateOptions, resolveGateOptions } from '../../gate/gate-options.ts';
import type { LoadedConfig } from '../load-config.ts';
import { familiesOf, relationsOf, withFamilies } from './families.ts';
import type { LoadedCase } from './load-cases.ts';

/**
 * Cases as a gate judges them: with the twins of those relations that its options name.
 * @throws {DocketError} as `withFamilies` and `familiesOf`
 */
export function withGatedFamilies<Loaded extends LoadedCase>(
  { agent, current, gate }: Pick<LoadedConfig, 'agent' | 'current' | 'gate'>,
  cases: readonly Loaded[],
): Loaded[] {
  const { relations } = resolveGateOptions(gate as GateOptions);
  if (relations === false || cases.length === 0) return [...cases];
  return familiesOf(agent, resolveVersion(agent, current), withFamilies(agent, cases, relationsOf(agent, relations)), relations);
}

/** How many trials one run of each case takes, on average: it and its twins, each different input once. */
export function trialsPerRun(cases: readonly LoadedCase[]): number {
  const trials = cases.map(
    ({ fingerprint, family }) => new Set([fingerprint, ...(family?.twins ?? []).map((twin) => twin.fingerprint)]).size,
  );
  return trials.length === 0 ? 1 : trials.reduce((sum, each) => sum + each, 0) / trials.length;
}
