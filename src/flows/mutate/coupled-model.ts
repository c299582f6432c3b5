import { sha256 } from '../../contracts/canonical-json.ts';
import type { Model } from '../../model/model.ts';
import { seededRandom } from '../../model/random.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';

/** A simulated model whose luck is that of the trial, whatever it is asked: two versions differ only where what they are told makes a difference. */
export function coupledModel(simulator: Simulator): Model {
  return {
    mode: 'simulated',
    create(request, context) {
      const seed = `${context.series} ${context.trialNumber} ${request.messages.length}`;
      const coupled: Simulator = { ...simulator, respond: (asked, _, slipping) => simulator.respond(asked, seededRandom(seed), slipping) };
      return simulatedModel(coupled).create(request, context);
    },
  };
}

/** Notes a hash of all that is sent in a trial, by `series number`. */
export function notingModel(model: Model, sent: Map<string, string>): Model {
  return {
    ...model,
    create(request, context) {
      const key = `${context.series} ${context.trialNumber}`;
      sent.set(key, sha256(`${sent.get(key) ?? ''}${JSON.stringify(request)}`));
      return model.create(request, context);
    },
  };
}
