import { fingerprintInput } from '../../agent/fingerprint.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { Equivalence } from '../../contracts/draft.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { choiceOf } from '../../review/same-answer.ts';
import { runRequests } from '../judging/run-requests.ts';
import { trialRequest } from '../judging/trial-request.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** Trials on each side of a comparison of inputs. */
const trialsPerInput = 3;

/** A version that can be asked about inputs of production. Its session's store should keep nothing: inputs are not redacted yet. */
export interface TriedAgent {
  readonly version: PreparedVersion;
  /** One decision an input; null where there was none. */
  decisions(inputs: readonly JsonObject[]): Promise<(JsonObject | null)[]>;
  /** Whether three trials on either input choose the same. */
  compare(original: JsonObject, redacted: JsonObject): Promise<Equivalence['agent']>;
}

/**
 * Prepares a version for being asked.
 * @throws {DocketError} for an unknown version; the returned functions throw when the model cannot be reached
 */
export async function triedAgent(session: Session, reference: string, signal: AbortSignal): Promise<TriedAgent> {
  const version = await session.prepare(reference);
  const ask = async (inputs: readonly JsonObject[], trials: number): Promise<(JsonObject | null)[]> => {
    const requests = inputs.flatMap((input, index) =>
      Array.from({ length: trials }, (_, trial) => {
        const id = `production ${index + 1}`;
        return trialRequest(version, { case: { id }, input, fingerprint: fingerprintInput(input) }, id, trial + 1);
      }),
    );
    const decisions = new Map<string, JsonObject | null>();
    await runRequests(requests, {
      session,
      signal,
      onRun({ request, trial }) {
        if (trial.outcome.kind === 'infra-error') {
          throw new DocketError(`The agent could not be asked: ${trial.outcome.message}`, { exitCode: exitCodes.incomplete });
        }
        decisions.set(`${request.series} ${request.number}`, trial.outcome.kind === 'decided' ? trial.outcome.decision : null);
      },
    });
    signal.throwIfAborted();
    return requests.map(({ series, number }) => decisions.get(`${series} ${number}`) ?? null);
  };
  return {
    version,
    decisions: (inputs) => ask(inputs, 1),
    async compare(original, redacted) {
      if (canonicalJson(original) === canonicalJson(redacted)) return 'same';
      const decisions = await ask([original, redacted], trialsPerInput);
      const choices = decisions.map((decision) => (decision ? canonicalJson(choiceOf(decision)) : 'none'));
      const [before, after] = [choices.slice(0, trialsPerInput), choices.slice(trialsPerInput)].map((each) => each.sort().join());
      return before === after ? 'same' : 'differs';
    },
  };
}
