import type { TwinEvidence } from '../../contracts/scorer.ts';
import { type FailedTrial, isSettled, type Trial } from '../../contracts/trial.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import type { LoadedCase, LoadedTwin } from '../cases/load-cases.ts';

/** A trial of a twin, with the number of the case's own. */
export interface TwinRun {
  readonly twin: LoadedTwin;
  readonly trial: Trial | FailedTrial;
}

/** A trial of a case in one of its places, once it and all of its twins have ended. */
export interface EndedFamily<Place> {
  readonly place: Place;
  readonly run: TrialRun;
  readonly twins: readonly TwinRun[];
}

interface OpenFamily<Place> {
  readonly place: Place;
  readonly own: string;
  readonly twins: ReadonlyMap<LoadedTwin, string>;
  readonly runs: Map<string, TrialRun>;
}

type Wanted<Place> = Iterable<{ readonly request: TrialRequest; readonly place: Place }>;

/** Every trial once, a twin's behind its case's, by the request that was made for it first; and whom each is wanted by. */
export class FamilyPlaces<Place extends { readonly loaded: LoadedCase }> {
  readonly #requests = new Map<string, TrialRequest>();
  readonly #families = new Map<string, OpenFamily<Place>[]>();

  constructor(wanted: Wanted<Place>, inputOf: (twin: LoadedTwin) => Pick<LoadedCase, 'input' | 'fingerprint'>) {
    for (const { request, place } of wanted) {
      const twins = new Map<LoadedTwin, string>();
      const members = new Set([this.#want(request)]);
      for (const twin of place.loaded.family?.twins ?? []) {
        const { input, fingerprint } = inputOf(twin);
        const key = this.#want({ ...request, caseId: twin.case.id, input, caseFingerprint: fingerprint });
        twins.set(twin, key);
        members.add(key);
      }
      const family = { place, own: keyOf(request), twins, runs: new Map() };
      for (const key of members) {
        const others = this.#families.get(key);
        if (others) others.push(family);
        else this.#families.set(key, [family]);
      }
    }
  }

  get requests(): Iterable<TrialRequest> {
    return this.#requests.values();
  }

  /** The families that this run was the last of. */
  ended(run: TrialRun): EndedFamily<Place>[] {
    const key = keyOf(run.request);
    const ended: EndedFamily<Place>[] = [];
    for (const { place, own, twins, runs } of this.#families.get(key) ?? []) {
      runs.set(key, run);
      const ownRun = runs.get(own);
      if (!ownRun || runs.size < new Set([own, ...twins.values()]).size) continue;
      ended.push({ place, run: ownRun, twins: [...twins].flatMap(([twin, its]) => ({ twin, trial: (runs.get(its) as TrialRun).trial })) });
    }
    this.#families.delete(key);
    return ended;
  }

  #want(request: TrialRequest): string {
    const key = keyOf(request);
    if (!this.#requests.has(key)) this.#requests.set(key, request);
    return key;
  }
}

function keyOf({ versionFingerprint, caseFingerprint, number, series }: TrialRequest): string {
  return `${versionFingerprint} ${caseFingerprint} ${number} ${series}`;
}

/** What a scorer sees of the twins; undefined where there are none. */
export function evidenceOfTwins(twins: readonly TwinRun[]): readonly TwinEvidence[] | undefined {
  if (twins.length === 0) return undefined;
  return twins.flatMap(({ twin: { relation, what, input }, trial }) => (isSettled(trial) ? [{ relation, what, input, trial }] : []));
}
