import type { TwinEvidence } from '../../contracts/scorer.ts';
import { type FailedTrial, isSettled, type Trial } from '../../contracts/trial.ts';
import { NumberSet } from '../../trials/number-set.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import { TrialRequests, type WantedSelection } from '../../trials/trial-requests.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
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

/** Trials of a case in one of its places: those of one number are a family. */
interface Families<Place> {
  readonly place: Place;
  readonly numbers: NumberSet;
  /** Whom the case's own trials are wanted by, and each twin's. */
  readonly own: Wanted<Place>;
  readonly twins: readonly { readonly twin: LoadedTwin; readonly wanted: Wanted<Place> }[];
  /** How many different selections these are. */
  readonly members: number;
  /** What has ended of families of which something is still to come, by number; made when there is something. */
  open?: Map<number, Map<Wanted<Place>, TrialRun>>;
}

/** One selection, and who wants its trials: one by itself, where there is no other. */
type Wanted<Place> = WantedSelection<Families<Place> | Families<Place>[]>;

const noTwins: readonly [] = [];

type InputOf = (twin: LoadedTwin) => Pick<LoadedCase, 'input' | 'fingerprint'>;

/**
 * Every trial once, a twin's behind its case's, by the request that was made for it first; and whom each is wanted by. Trials of one place are kept as
 * stretches of numbers.
 */
export class FamilyPlaces<Place extends { readonly loaded: LoadedCase }> {
  readonly #requests = new TrialRequests<Families<Place> | Families<Place>[]>();
  readonly #inputOf: InputOf;

  constructor(wanted: Iterable<{ readonly request: TrialRequest; readonly place: Place }>, inputOf: InputOf) {
    this.#inputOf = inputOf;
    let latest: { readonly like: TrialRequest; readonly families: Families<Place>; readonly twins: readonly TrialRequest[] } | undefined;
    for (const { request, place } of wanted) {
      if (latest?.families.place !== place || !isLike(latest.like, request) || latest.families.numbers.has(request.number)) {
        const twins = place.loaded.family?.twins.map((twin) => this.#requestOf(twin, request)) ?? noTwins;
        latest = { like: request, families: this.#begin(request, place, twins), twins };
      }
      latest.families.numbers.add(request.number);
      this.#requests.add(request);
      for (const twin of latest.twins) this.#requests.add({ ...twin, number: request.number });
    }
  }

  get requests(): TrialRequests<unknown> {
    return this.#requests;
  }

  /** The families that this run was the last of. */
  ended(run: TrialRun): EndedFamily<Place>[] {
    const { number } = run.request;
    const ended: EndedFamily<Place>[] = [];
    const wanted = this.#requests.selectionOf(run.request);
    if (!wanted?.kept) return ended;
    for (const families of Array.isArray(wanted.kept) ? wanted.kept : [wanted.kept]) {
      const { place, numbers, own, twins, members } = families;
      if (!numbers.has(number)) continue;
      const runs = families.open?.get(number) ?? new Map<Wanted<Place>, TrialRun>();
      runs.set(wanted, run);
      const ownRun = runs.get(own);
      if (!ownRun || runs.size < members) {
        families.open ??= new Map();
        families.open.set(number, runs);
        continue;
      }
      families.open?.delete(number);
      ended.push({
        place,
        run: ownRun,
        twins: twins.map(({ twin, wanted: member }) => ({ twin, trial: (runs.get(member) as TrialRun).trial })),
      });
    }
    return ended;
  }

  #requestOf(twin: LoadedTwin, request: TrialRequest): TrialRequest {
    const { input, fingerprint } = this.#inputOf(twin);
    return { ...request, caseId: twin.case.id, input, caseFingerprint: fingerprint };
  }

  #begin(request: TrialRequest, place: Place, requests: readonly TrialRequest[]): Families<Place> {
    const own = this.#requests.selectionFor(request);
    const twins =
      place.loaded.family?.twins.map((twin, index) => ({ twin, wanted: this.#requests.selectionFor(requests[index] ?? request) })) ??
      noTwins;
    const members = new Set([own, ...twins.map(({ wanted }) => wanted)]);
    const families: Families<Place> = { place, numbers: new NumberSet(), own, twins, members: members.size };
    for (const member of members) {
      if (!member.kept) member.kept = families;
      else if (Array.isArray(member.kept)) member.kept.push(families);
      else member.kept = [member.kept, families];
    }
    return families;
  }
}

function isLike(one: TrialRequest, other: TrialRequest): boolean {
  return (
    one.agent === other.agent &&
    one.versionFingerprint === other.versionFingerprint &&
    one.caseFingerprint === other.caseFingerprint &&
    one.series === other.series
  );
}

/** What a scorer sees of the twins; undefined where there are none. */
export function evidenceOfTwins(twins: readonly TwinRun[]): readonly TwinEvidence[] | undefined {
  if (twins.length === 0) return undefined;
  return twins.flatMap(({ twin: { relation, what, input }, trial }) => (isSettled(trial) ? [{ relation, what, input, trial }] : []));
}

/** How many trials are wanted, those of twins included and each once, and how many of them are not stored. */
export async function countWanted<Place extends { readonly loaded: LoadedCase }>(
  wanted: Iterable<{ readonly request: TrialRequest; readonly place: Place }>,
  store: Pick<TrialStore, 'count'>,
): Promise<{ readonly all: number; readonly missing: number }> {
  const pages = [...new FamilyPlaces(wanted, (twin) => twin).requests.pages()];
  const stored = await Promise.all(pages.map(({ selection, ...range }) => store.count(selection, range)));
  const all = pages.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return { all, missing: stored.reduce((left, count) => left - count, all) };
}

/** How many trials a family's trial took: its own, and one for each different twin. */
export function trialsIn({
  place: { loaded },
  twins,
}: {
  readonly place: { readonly loaded: LoadedCase };
  readonly twins: readonly TwinRun[];
}): number {
  return new Set([loaded.fingerprint, ...twins.map(({ twin }) => twin.fingerprint)]).size;
}
