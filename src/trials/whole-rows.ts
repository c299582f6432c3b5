import { DocketError } from '../contracts/docket-error.ts';
import type { OnDamage } from '../database/open-database.ts';
import { DamagedTrialError } from './stored-trial.ts';

/** Reads rows of a store, and tells of each that is damaged, once. */
export class WholeRows {
  readonly #whenDamaged: string;
  readonly #onDamage: OnDamage | undefined;
  /** Damage that was told. */
  readonly #told = new Set<string>();

  /** @param whenDamaged what to do, where nobody can be told and the reading ends */
  constructor(whenDamaged: string, onDamage: OnDamage | undefined) {
    this.#whenDamaged = whenDamaged;
    this.#onDamage = onDamage;
  }

  /** Undefined for a damaged row where somebody can be told: it counts as not there, and the trial is run again. */
  read<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DamagedTrialError)) throw error;
      if (!this.#onDamage) throw new DocketError(`${error.message} ${this.#whenDamaged}`, { cause: error });
      if (!this.#told.has(error.message)) this.#onDamage(`${error.message} It is not used; where it is needed, it runs again.`);
      this.#told.add(error.message);
      return undefined;
    }
  }
}
