import type { DescribedAgent, DescribedVersion } from '../contracts/described-agent.ts';
import type { Agent } from './define-agent.ts';
import { type ModelFingerprint, versionClosure } from './fingerprint.ts';

/** True where an agent opens files of the fingerprint as it runs a version; the code of others was loaded once. */
export async function opensFiles(
  agent: Agent | DescribedAgent,
  version: DescribedVersion,
  model: Pick<ModelFingerprint, 'mode'>,
): Promise<boolean> {
  const { own, reads = [] } = agent;
  if ((own !== undefined && own.kind !== 'function') || reads.length > 0) return true;
  if (Object.values(version.factors ?? {}).some(({ files }) => files.length > 0)) return true;
  return (await versionClosure(agent, version, model)).opensFiles;
}
