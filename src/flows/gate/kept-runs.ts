import { modelsOf } from '../../contracts/answered-by.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Trial } from '../../contracts/trial.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { RunCounts } from '../run-counts.ts';
import { Shelf, type ShelfPlace } from '../shelf.ts';
import { ShelvedTrials } from '../shelved-trials.ts';
import { type LightTrial, TranscribedTrial } from '../transcribed-trial.ts';

/** Where the runs of a gate stand: what is short of them on one shelf, the trials themselves on another. */
export class RunShelves {
  readonly lights: Shelf;
  readonly trials: Shelf;

  /** @param store path of the trial store */
  constructor(store: string) {
    this.lights = new Shelf(store);
    this.trials = new Shelf(store);
  }
}

type Purpose = ReportedTrial['purpose'];

/**
 * Runs of one side of a case, in the order in which they came. What the rounds ask of them is counted as they come; they themselves stand on shelves, because a
 * baseline may have a million.
 */
export class KeptRuns implements Iterable<TrialWithReport> {
  readonly #shelves: RunShelves | undefined;
  /** Made with the first of them. */
  #shelved: ShelvedTrials<LightTrial, ShelfPlace> | undefined;
  readonly #counts: { readonly purpose: Purpose; readonly counts: RunCounts }[] = [];
  /** Models that answered, each once, in the order in which they first did. */
  readonly models: string[] = [];
  /** Trials that no live model answered, and who answered the first of them. */
  standIns = 0;
  standIn: ModelMode | undefined;
  /** Trials that ended without an answer before they ended with one. */
  triedAgain = 0;
  /** List price of those whose price is known. */
  dollars = 0;
  priced = 0;

  /** @param shelves not given where nothing is ever added */
  constructor(shelves?: RunShelves) {
    this.#shelves = shelves;
  }

  get length(): number {
    return this.#shelved?.count ?? 0;
  }

  add({ trial, reported: { transcript: _, ...light } }: TrialWithReport): void {
    const shelves = this.#shelves;
    if (!shelves) throw new TypeError('runs were added where there are to be none');
    this.#shelved ??= new ShelvedTrials(shelves.lights);
    this.#shelved.add(light, shelves.trials.put(JSON.stringify(trial)));
    this.#countsFor(light.purpose).add(light);
    for (const model of modelsOf(trial.transcript)) if (!this.models.includes(model)) this.models.push(model);
    if (trial.mode !== 'live') {
      this.standIns += 1;
      this.standIn ??= trial.mode;
    }
    if (trial.infraRetries > 0) this.triedAgain += 1;
    if (light.dollars === undefined) return;
    this.dollars += light.dollars;
    this.priced += 1;
  }

  /** What they came to. @param which only those that were made for such a purpose */
  counts(which: (purpose: Purpose) => boolean = () => true): RunCounts {
    const sum = new RunCounts();
    for (const { purpose, counts } of this.#counts) if (which(purpose)) sum.addAll(counts);
    return sum;
  }

  *[Symbol.iterator](): Generator<TrialWithReport> {
    for (const { result, beside } of this.#shelved?.both() ?? [])
      yield new KeptRun(result, this.#shelves as RunShelves, beside as ShelfPlace);
  }

  #countsFor(purpose: Purpose): RunCounts {
    const known = this.#counts.find((each) => each.purpose === purpose);
    if (known) return known.counts;
    const counts = new RunCounts();
    this.#counts.push({ purpose, counts });
    return counts;
  }
}

/** One of them: the trial is read when it is asked for. */
class KeptRun implements TrialWithReport {
  readonly reported: ReportedTrial;
  readonly #shelves: RunShelves;
  readonly #place: ShelfPlace;

  constructor(light: LightTrial, shelves: RunShelves, place: ShelfPlace) {
    this.#shelves = shelves;
    this.#place = place;
    this.reported = TranscribedTrial.of(light, this);
  }

  get trial(): Trial {
    return JSON.parse(this.#shelves.trials.take(this.#place)) as Trial;
  }

  readTranscript(): Trial['transcript'] {
    return cutTexts(this.trial.transcript);
  }
}
