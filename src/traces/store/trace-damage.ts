import { DocketError } from '../../contracts/docket-error.ts';

/** Tells what of a store is damaged and left out, each once. */
export class TraceDamage {
  readonly #where: string;
  readonly #whenDamaged: string;
  readonly #onDamage: ((message: string) => void) | undefined;
  readonly #told = new Set<string>();

  /** @param where the store, for people */
  constructor(where: string, whenDamaged: string, onDamage: ((message: string) => void) | undefined) {
    this.#where = where;
    this.#whenDamaged = whenDamaged;
    this.#onDamage = onDamage;
  }

  /** @throws {DocketError} when there is nobody to be told */
  tell(what: string): void {
    const message = `${this.#where} is damaged: ${what}.`;
    if (!this.#onDamage) throw new DocketError(`${message} ${this.#whenDamaged}`);
    this.#once(message);
  }

  /** Tells what is no damage. */
  note(what: string): void {
    this.#once(`${this.#where}: ${what}.`);
  }

  #once(message: string): void {
    if (!this.#told.has(message)) this.#onDamage?.(message);
    this.#told.add(message);
  }
}
