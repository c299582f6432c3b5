import { describeAgent } from '../agent/describe-agent.ts';
import type { DescribedAgent } from '../contracts/described-agent.ts';
import type { LoadedConfig } from './load-config.ts';

/** A configuration as plain data: what can be said of it without running its code. */
export type DescribedConfig = Omit<LoadedConfig, 'agent'> & { readonly agent: DescribedAgent };

/** One that is described already stays as it is. */
export function describeConfig(config: LoadedConfig | DescribedConfig): DescribedConfig {
  return { ...config, agent: describeAgent(config.agent) };
}
