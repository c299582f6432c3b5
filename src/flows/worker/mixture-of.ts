import type { Agent } from '../../agent/define-agent.ts';
import { resolveVersion, type Version } from '../../agent/version.ts';
import type { Factor } from '../../contracts/factor.ts';
import type { ToWorker } from '../../workers/protocol.ts';
import { loadConfig } from '../load-config.ts';

interface Side {
  readonly agent: Agent;
  readonly version: Version;
}

/** A version with some parts of another checkout's: one that nobody wrote, run to find what a difference comes from. */
export async function mixtureOf(
  own: Side,
  { root, reference, parts }: NonNullable<Extract<ToWorker, { type: 'start' }>['mixture']>,
): Promise<Side> {
  const { agent, current } = await loadConfig(root);
  const other = { agent, version: resolveVersion(agent, reference ?? current) };
  const side = (factor: Factor) => (parts.includes(factor) ? other : own);
  const { decisionJsonSchema, decisionSchema } = side('decisionSchema').version.toolVariant;
  const { input, userMessage, ...toolVariant } = side('tools').version.toolVariant;
  const told = { input: side('inputSchema').version.toolVariant.input, userMessage: side('userMessage').version.toolVariant.userMessage };
  const answers = side('tools').agent.own;
  return {
    agent: {
      ...own.agent,
      ...(answers ? { own: answers } : {}),
      userMessage: side('userMessage').agent.userMessage,
      input: side('inputSchema').agent.input,
    },
    version: {
      name: 'mixture',
      prompt: side('prompt').version.prompt,
      toolVariant: {
        ...toolVariant,
        decisionJsonSchema,
        decisionSchema,
        ...(told.input ? { input: told.input } : {}),
        ...(told.userMessage ? { userMessage: told.userMessage } : {}),
      },
      model: side('model').version.model,
      settings: side('settings').version.settings,
    },
  };
}
