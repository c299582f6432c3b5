import type { DescribedAgent } from '../contracts/described-agent.ts';
import type { LoadedConfig } from './load-config.ts';

/** A configuration as plain data: what can be said of it without running its code. */
export type DescribedConfig = Omit<LoadedConfig, 'agent' | 'prices' | 'mutators'> & { readonly agent: DescribedAgent };
