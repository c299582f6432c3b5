import type { AgentPort } from '../../agent/agent-port.ts';
import type { ModelCallStep } from '../../contracts/transcript.ts';
import type { TrialKey } from '../../contracts/trial.ts';
import type { Model, ModelAnswer } from '../../model/model.ts';
import type { KeptPart } from './2-change-result.ts';

/**
 * The agent with the beginning of its run given: the first answers of the model are those that were stored, and its calls are told what they were told then.
 * From there on model and tools answer themselves.
 * @param key of the trial that is run on: the first run goes on with its luck
 */
export function runningOn(port: AgentPort, { answers, told }: KeptPart, key: TrialKey): AgentPort {
  return {
    ...port,
    run(input, context) {
      const luck = context.trialNumber === 1 ? { series: key.series, trialNumber: key.number } : {};
      const waiting = [...told];
      return port.run(input, { ...context, ...luck, model: answeringFirst(context.model, answers), toolAnswer: () => waiting.shift() });
    },
  };
}

/** Gives stored answers first, without a call. */
function answeringFirst(model: Model, stored: readonly ModelCallStep[]): Model {
  let given = 0;
  return {
    ...model,
    async create(request, context) {
      const step = stored[given];
      given += 1;
      return step ? answerOf(step) : model.create(request, context);
    },
  };
}

/** The answer of which a step was made. */
function answerOf({ model, standIn, stopReason, content, usage, requestId }: ModelCallStep): ModelAnswer {
  return {
    id: requestId ?? 'stored',
    type: 'message',
    role: 'assistant',
    model,
    content: structuredClone(content) as unknown as ModelAnswer['content'],
    stop_reason: stopReason as ModelAnswer['stop_reason'],
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_creation_input_tokens: usage.cacheWriteTokens,
      cache_read_input_tokens: usage.cacheReadTokens,
    } as ModelAnswer['usage'],
    ...(requestId === undefined ? {} : { _request_id: requestId }),
    ...(standIn ? { _stand_in: standIn } : {}),
  };
}
