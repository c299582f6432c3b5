import { DocketError } from '../../contracts/docket-error.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from '../model.ts';
import { type CanonicalRequest, canonicalRequest } from './canonical-request.ts';
import { Recordings } from './recordings.ts';
import { holdsSecret } from './secret-scan.ts';

/**
 * Lets a model answer and writes every answer to `directory`, to be replayed by `recordedModel`. Headers are not stored. One process
 * records to a folder at a time.
 *
 * Two cases may look alike to the model and differ only in what its tools will say. Their trials of one number then share an answer, as
 * they will when it is replayed: a recording run and its replay are the same.
 * @param secrets keys in use: an exchange that holds one is not written
 * @throws {DocketError} from `create`, when an answer cannot be written or holds what looks like a key
 */
export function recordingModel(model: Model, directory: string, secrets: readonly string[] = []): Model {
  const recordings = new Recordings(directory);
  const underWay = new Map<string, Promise<unknown>>();
  /** What this run recorded, and whether a stand-in said it: a recording does not tell. */
  const recorded = new Map<string, Pick<ModelAnswer, '_stand_in'>>();
  return {
    ...model,
    async create(request, context) {
      const asked = canonicalRequest(request);
      const id = `${asked.key} ${context.trialNumber}`;
      const { waiting = (turn) => turn } = context;
      for (let other = underWay.get(id); other; other = underWay.get(id)) await waiting(other.catch(() => undefined));
      const known = recorded.has(id) ? recordings.sample(asked, context.trialNumber) : undefined;
      if (known) return { ...structuredClone(known.answer), ...recorded.get(id) };
      const call = answerAndRecord(model, request, context, asked, recordings, secrets);
      underWay.set(id, call);
      try {
        const answer = await call;
        recorded.set(id, answer._stand_in ? { _stand_in: answer._stand_in } : {});
        return answer;
      } finally {
        underWay.delete(id);
      }
    },
  };
}

async function answerAndRecord(
  model: Model,
  request: ModelRequest,
  context: ModelContext,
  asked: CanonicalRequest,
  recordings: Recordings,
  secrets: readonly string[],
): Promise<ModelAnswer> {
  const given = await model.create(request, context);
  const { _request_id: _, _stand_in: __, _lost_tries: ___, ...answer } = given;
  // A copy through JSON: what is written is what will be read, and the caller may change its own.
  const text = JSON.stringify(answer);
  if (holdsSecret(JSON.stringify([asked.conversation, asked.messages]), secrets) || holdsSecret(text, secrets)) {
    throw new DocketError(
      'An exchange with the model contains what looks like a key, so it was not recorded. Remove the key from the prompt, the case or the tool.',
    );
  }
  recordings.add(asked, { key: asked.key, trial: context.trialNumber, messages: asked.messages, answer: JSON.parse(text) as ModelAnswer });
  return given;
}
