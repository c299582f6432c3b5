import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import { asksForLive, type Environment } from '../../model/credentials.ts';
import type { DescribedConfig } from '../described-config.ts';

/** Of no version. */
const none = '0'.repeat(64);

/** What stands for the baseline of a main that has none: nothing was counted, so main is run as the candidate is. */
export function noBaseline({ agent }: Pick<DescribedConfig, 'agent'>, environment: Environment): Baseline {
  return {
    format: 1,
    agent: agent.name,
    mode: modeWithout(agent, environment),
    version: { name: 'none', fingerprint: none, prompt: 'none', toolVariant: 'none', model: 'none' },
    epoch: 0,
    recordedAt: '1970-01-01T00:00:00.000Z',
    scorerHash: none,
    cases: [],
    tombstones: [],
  };
}

export function isNoBaseline({ epoch }: Pick<Baseline, 'epoch'>): boolean {
  return epoch === 0;
}

/** As every other command would choose it. */
export function modeWithout({ own }: DescribedConfig['agent'], environment: Environment): ModelMode {
  return own || asksForLive(environment) ? 'live' : 'simulated';
}
