import { expect, onTestFinished } from 'vitest';
import { anthropicModel } from '../anthropic.ts';
import type { Model } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { RateLimiter } from '../rate-limiter.ts';
import { simulatedModel } from '../simulated.ts';
import { type ServedModel, type ServeModelOptions, serveModel } from '../stand-in/serve-model.ts';
import { weatherSimulator } from './weather-simulator.ts';

/** A key that is none. */
export const testKey = 'sk-ant-test-0123456789abcdef';

/** Serves a model until the test ends. */
export async function serveForTest(options: ServeModelOptions = {}, model: Model = simulatedModel(weatherSimulator)): Promise<ServedModel> {
  const served = await serveModel(model, options);
  onTestFinished(() => served.close());
  return served;
}

/** A simulated model that does not say so when it is served: what a server of somebody else does, for what only live calls do. */
export function unannounced(model: Model): Model {
  return { ...model, mode: 'live' };
}

/** A live model that tries once, so that a test sees the first failure. */
export function clientOf(url: string, apiKey: string | undefined = testKey): Model {
  return anthropicModel({
    environment: { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: url },
    limiter: new RateLimiter({ maxRetries: 0, maxRefusals: 0 }),
  });
}

/** The ModelError that some work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<ModelError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}
