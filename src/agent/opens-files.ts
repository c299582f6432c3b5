import type { DescribedVersion } from '../contracts/described-agent.ts';
import type { Agent } from './define-agent.ts';
import type { Version } from './version.ts';

/** True where an agent opens files as it runs a version; the code of others was loaded once. */
export function opensFiles(
  { own, reads = [] }: Pick<Agent, 'own' | 'reads'>,
  { factors = {} }: Pick<Version | DescribedVersion, 'factors'>,
): boolean {
  return (own !== undefined && own.kind !== 'function') || reads.length > 0 || Object.values(factors).some(({ files }) => files.length > 0);
}
