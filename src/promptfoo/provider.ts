import { setImmediate } from 'node:timers/promises';
import type { ApiProvider, CallApiContextParams, CallApiOptionsParams, ProviderOptions, ProviderResponse } from 'promptfoo';
import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import { defaultSeries } from '../flows/evaluate/plan-evaluation.ts';
import { ScorerFault } from '../flows/judging/ask-scorer.ts';
import { type EndedTrial, judgeTrials } from '../flows/judging/judge-trials.ts';
import { trialDollars } from '../flows/judging/trial-dollars.ts';
import { trialRequest } from '../flows/judging/trial-request.ts';
import type { VersionOnCase } from '../flows/judging/wanted-trials.ts';
import { visibleText } from '../text/hostile-text.ts';
import { continuedTrace } from './continued-trace.ts';
import { errorText } from './error-text.ts';
import { providerId } from './provider-id.ts';
import { responseTo } from './response.ts';
import { caseNamed, type SharedSession, sharedSession } from './shared-session.ts';
import { nameTraceEndpoint } from './trace-endpoint.ts';

nameTraceEndpoint(process.env);

const configSchema = z.looseObject({ version: z.string().min(1) });

/**
 * One version of the agent as a promptfoo provider: `{id: 'file://…/provider.ts', label: 'v2', prompts: ['v2'], config: {version: 'v2'}}`.
 * Any version reference goes: `v1/v2` is the prompt of v1 with the tools of v2.
 *
 * A row is a trial: the case comes from the variable `caseId`, the number from promptfoo's repeat. Stored trials are taken from
 * Docket's store, as by every other way of running them. Nothing of the test but the case id is read, so no expected decision can
 * reach the agent.
 */
export default class DocketProvider implements ApiProvider {
  readonly #version: string;
  readonly #open: () => Promise<SharedSession>;

  /** @throws {DocketError} without `config.version` */
  constructor(options: ProviderOptions);
  /**
   * @param open the session to run in; tests bring their own
   * @internal
   */
  constructor(options: ProviderOptions, open: () => Promise<SharedSession>);
  constructor(options: ProviderOptions, open: () => Promise<SharedSession> = sharedSession) {
    const config = configSchema.safeParse(options.config);
    if (!config.success) {
      throw new DocketError(`A provider in promptfooconfig.yaml has no version to run. Add, for example: config: {version: v2}.`);
    }
    this.#version = config.data.version;
    this.#open = open;
  }

  id(): string {
    return providerId(this.#version);
  }

  /** Runs or fetches one trial. Every failure is an error text of our own; only an abort is thrown. */
  async callApi(prompt: string, context?: CallApiContextParams, options?: CallApiOptionsParams): Promise<ProviderResponse> {
    const signal = options?.abortSignal ?? new AbortController().signal;
    try {
      return await this.#run(prompt, context, signal);
    } catch (error) {
      if (signal.aborted) {
        await this.#endTraces();
        throw signal.reason;
      }
      const message = error instanceof DocketError ? error.message : String(error instanceof Error ? (error.stack ?? error) : error);
      // In full here, because the row may have to go without it.
      process.stderr.write(`${visibleText(message)}\n`);
      const what = error instanceof ScorerFault ? 'Docket could not judge this trial.' : 'Docket could not run this trial.';
      return { error: errorText(what, error instanceof Error ? error.message : '') };
    }
  }

  /** An interrupted run has no end of its own to do it at. After a moment, because the other rows' runs end by the same signal. */
  async #endTraces(): Promise<void> {
    await setImmediate();
    const { session } = await this.#open();
    await session.endTraces();
  }

  async #run(prompt: string, context: CallApiContextParams | undefined, signal: AbortSignal): Promise<ProviderResponse> {
    const { session, cases, scoredRows } = await this.#open();
    const prepared = await session.prepare(this.#version);
    const { version, identity } = prepared;
    // An agent that answers by itself has words of its own; promptfoo's prompt stands for them.
    if (!session.agent.own && prompt.trim() !== version.prompt.text.trim()) {
      throw new DocketError(
        `The version ${version.name} only runs the agent's prompt "${version.prompt.name}". Set prompts: [${version.prompt.name}] for its provider in promptfooconfig.yaml, and add a version to the agent to try another prompt.`,
      );
    }
    const loaded = caseNamed(cases, context?.vars?.caseId);
    const trialNumber = (context?.repeatIndex ?? 0) + 1;
    const request = trialRequest(prepared, loaded, defaultSeries, trialNumber);
    const { trial, reused, scored } = await continuedTrace(context?.traceparent, session, async (spanOf) => {
      const ended: EndedTrial<VersionOnCase>[] = [];
      const place = { version: prepared, loaded };
      await judgeTrials([{ request, place }], { session, signal, spanOf, onEnd: (one) => ended.push(one) });
      const [own] = ended;
      if (!own) throw new Error(`Trial ${trialNumber} of case "${loaded.case.id}" neither ran nor was stored.`);
      return own;
    });
    // In full here: the row may have to go without what the scorer threw.
    if (trial.outcome.kind === 'infra-error' && trial.outcome.error === 'scorer')
      process.stderr.write(`${visibleText(trial.outcome.message)}\n`);
    const metadata = {
      caseId: loaded.case.id,
      trialNumber,
      version: version.name,
      fingerprint: identity.fingerprint,
      mode: trial.mode,
    };
    if (scored) scoredRows.keep(metadata, scored);
    return responseTo({ trial, reused }, metadata, scored ? scored.dollars : trialDollars(session.config.prices, trial));
  }
}
