import { leftOut } from '../../agent/api-limits.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { modelRequest } from '../../agent/model-request.ts';
import { resolveVersion } from '../../agent/version.ts';
import type { LoadedConfig } from '../../flows/load-config.ts';
import { refusedVersions } from '../../flows/refused-versions.ts';
import { anthropicModel } from '../../model/anthropic.ts';
import type { Environment } from '../../model/credentials.ts';
import { ModelError } from '../../model/model-error.ts';
import { RateLimiter } from '../../model/rate-limiter.ts';
import { count } from '../../text/figures.ts';
import { type Check, fail, ok, warn } from './check.ts';

const name = 'api';

/** What can be known of refusals without asking anybody. */
export function apiCheck(agent: Agent): Check {
  const refused = refusedVersions(agent);
  if (refused.length > 0) {
    return warn(
      name,
      ['the API refuses', ...refused].join('\n'),
      'Say such rules in a description and check them in a scorer, or leave "strict" out of the tool: with these, no trial on the API gets an answer.',
    );
  }
  const notes = Object.keys(agent.versions).flatMap((version) => leftOut(resolveVersion(agent, version)) ?? []);
  return ok(name, ['tools and decision schemas hold nothing that the API is known to refuse', ...new Set(notes)].join('\n'));
}

/** Longest wait for both answers, in milliseconds. */
const longestWaitMs = 60_000;

/** Asks the server of live calls for the tokens of one request of the current version, which is free, and then for one token of an answer. */
export async function onlineCheck({ agent, current, prices }: LoadedConfig, environment: Environment, own: Environment): Promise<Check> {
  const version = resolveVersion(agent, current);
  const told: string[] = [];
  const model = anthropicModel({
    environment,
    ownEnvironment: own,
    limiter: new RateLimiter({ maxRetries: 0, maxRefusals: 0 }),
    warn: (message) => told.push(message),
  });
  const signal = AbortSignal.timeout(longestWaitMs);
  const settings = { ...version.settings, maxTokens: 1 };
  const request = modelRequest({ ...version, settings }, [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }]);
  try {
    const tokens = await countedTokens(() => model.countTokens(request, signal));
    const answer = await model.create(request, { series: 'doctor', trialNumber: 1, signal });
    const price = prices.dollarsOfAnswer(answer, version.model);
    const who = answer._stand_in ? `${answer._stand_in} answers of a stand-in` : answer.model;
    const notes = [
      ...(answer.model === version.model ? [] : [`asked for ${version.model}, and ${answer.model} answered`]),
      ...(tokens === undefined ? ['the server does not count tokens'] : [`${count(tokens)} tokens in prompt and tools`]),
      `this question cost ${price === undefined ? 'an amount that is not known' : `$${price.toFixed(6)}`}`,
      ...told,
    ];
    return ok(
      'online',
      [`${model.endpoint} takes the key, the model, the tools and the form of the decision of ${current} (${who})`, ...notes].join('\n'),
    );
  } catch (error) {
    if (signal.aborted)
      return fail('online', `${model.endpoint} gave no answer within ${longestWaitMs / 1000} s`, 'Check the address and the network.');
    if (!(error instanceof ModelError)) throw error;
    return fail(
      'online',
      error.message,
      error.retryable
        ? 'It may pass, and whether trials would be answered is not known yet. Run it again; as long as it stays so, they end as infra errors.'
        : 'Until this is mended, every trial of this version ends as an infra error.',
    );
  }
}

/** Servers of somebody else often cannot count; whatever else is wrong, the question itself will say. */
async function countedTokens(ask: () => Promise<number>): Promise<number | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof ModelError &&
      (['authentication', 'spend-limit'].includes(error.kind) || (error.kind === 'connection' && !error.retryable))
    )
      throw error;
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
