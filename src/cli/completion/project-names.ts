import { describeAgent } from '../../agent/describe-agent.ts';
import { listedCases } from '../../flows/cases/listed-cases.ts';
import { loadConfig } from '../../flows/load-config.ts';

/** Names of this folder's project, to be suggested; none where it cannot be read, which the command itself will say. */
export async function projectNames(kind: 'cases' | 'versions', directory: string): Promise<readonly string[]> {
  try {
    const config = await loadConfig(directory);
    return kind === 'versions' ? Object.keys(describeAgent(config.agent).versions) : listedCases(config).map(({ id }) => id);
  } catch {
    return [];
  }
}
