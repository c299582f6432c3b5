import { apiRefusals } from '../agent/api-limits.ts';
import type { Agent } from '../agent/define-agent.ts';
import { resolveVersion } from '../agent/version.ts';

/** What the API will refuse of an agent's versions, one fault a line, each with the versions that have it. */
export function refusedVersions(agent: Agent): string[] {
  if (agent.own) return [];
  const versions = new Map<string, string[]>();
  for (const name of Object.keys(agent.versions)) {
    for (const fault of apiRefusals(resolveVersion(agent, name))) versions.set(fault, [...(versions.get(fault) ?? []), name]);
  }
  return [...versions].map(([fault, names]) => `${fault} (${names.join(', ')})`);
}
