import { counted } from '../../text/figures.ts';
import type { Model } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { type CanonicalRequest, canonicalRequest } from './canonical-request.ts';
import { Recordings } from './recordings.ts';

/**
 * A model that answers from recordings and never calls anyone: trial n gets what trial n got when it was recorded.
 * A request that was not recorded is an infra error of kind `replay-miss`.
 * @throws {DocketError} from `create`, when a recording was changed by hand or is damaged
 */
export function recordedModel(directory: string): Model {
  const recordings = new Recordings(directory);
  return {
    mode: 'recorded',
    async create(request, context) {
      context.signal.throwIfAborted();
      const asked = canonicalRequest(request);
      const sample = recordings.sample(asked, context.trialNumber);
      // A copy: the caller may change what it got.
      if (sample) return structuredClone(sample.answer);
      const trials = recordings
        .samples(asked)
        .map(({ trial }) => trial)
        .sort((a, b) => a - b);
      const why = trials.length > 0 ? tooFew(trials, context.trialNumber) : unknown(asked, recordings);
      throw new ModelError('replay-miss', `${why} Record it: docket eval --mode live --record --fresh.`, { retryable: false });
    },
  };
}

function tooFew(trials: readonly number[], trialNumber: number): string {
  const samples = counted(trials.length, 'sample');
  return `Recorded ${samples} of this request (trial ${trials.join(', ')}), but trial ${trialNumber} was requested.`;
}

function unknown(asked: CanonicalRequest, recordings: Recordings): string {
  const nearest = recordings.nearest(asked);
  if (!nearest) return `There is no recording in ${recordings.directory}.`;
  const { path, recorded, asked: now } = nearest.difference;
  return `This request was not recorded. The nearest recording (${nearest.file}) differs first at ${path}: recorded ${recorded}, now ${now}.`;
}
