import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareInEveryMode } from '../session.ts';
import type { VersionOffer } from './score-trace.ts';

/** What each version offers the model, by every fingerprint that its traces can carry. */
export async function offersByFingerprint(config: LoadedConfig): Promise<Map<string, VersionOffer>> {
  const { agent } = config;
  const known = new Map<string, VersionOffer>();
  for (const { version, identity } of (await prepareInEveryMode(config, Object.keys(agent.versions))).flat()) {
    const { definitions, providerTools = [], decisionJsonSchema } = version.toolVariant;
    known.set(identity.fingerprint, {
      tools: [...definitions, ...providerTools].map(({ name }) => name),
      decisionFields: [...decisionFieldsOf(decisionJsonSchema).keys()],
    });
  }
  return known;
}
