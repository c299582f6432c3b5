import { join } from 'node:path';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../../contracts/checkout-file.ts';
import { DocketError, exitCodes } from '../../../contracts/docket-error.ts';
import { type HeldOutFigures, type HeldOutLook, heldOutLooksSchema } from '../../../contracts/prompt-search.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import type { LoadedConfig } from '../../load-config.ts';

const name = 'held-out.json';

/** Every look at held-out cases so far, in `reports/held-out.json`: to be committed, because it is what keeps anybody from looking until the figure is good. */
export class HeldOutLooks {
  readonly #file: string;
  readonly #within: string;
  readonly #agent: string;
  #looks: HeldOutLook[];

  /** @throws {DocketError} when the file is there and cannot be read: nobody knows then what was looked at */
  constructor({ root, agent }: Pick<LoadedConfig, 'root' | 'agent'>) {
    this.#file = join(root, 'reports', name);
    this.#within = repositoryAround(root);
    this.#agent = agent.name;
    const read = readCheckoutFile(this.#file, this.#within);
    if ('fault' in read) {
      if (!read.missing) throw new DocketError(`reports/${name} ${read.fault}.`);
      this.#looks = [];
      return;
    }
    this.#looks = [...looksIn(read.text, agent.name)];
  }

  /** Fingerprints of what was looked at; what this very search looked at is still its own. */
  lookedAt(search: string): ReadonlySet<string> {
    return new Set(
      this.#looks.filter((look) => look.search !== search).flatMap(({ cases }) => cases.map(({ fingerprint }) => fingerprint)),
    );
  }

  /** The look of this very search, where there was one. */
  of(search: string): HeldOutLook | undefined {
    return this.#looks.find((look) => look.search === search);
  }

  /** Writes a look down before it is taken, and its figures once they are there. @throws {DocketError} when it cannot: then nobody looks */
  write(look: HeldOutLook): void {
    this.#looks = [...this.#looks.filter(({ search }) => search !== look.search), look];
    const text = `${JSON.stringify({ kind: 'held-out', format: 1, agent: this.#agent, looks: this.#looks }, null, 1)}\n`;
    const fault = writeCheckoutFile(this.#file, this.#within, [text]);
    if (fault)
      throw new DocketError(
        `reports/${name} ${fault.fault}. Held-out cases are looked at only once that is written down. Every trial so far is stored: run the same command again.`,
        { exitCode: exitCodes.incomplete },
      );
  }
}

function looksIn(text: string, agent: string): readonly HeldOutLook[] {
  try {
    const read = heldOutLooksSchema.parse(JSON.parse(text));
    if (read.agent === agent) return read.looks;
    throw new Error(`it is of the agent "${read.agent}"`);
  } catch (error) {
    throw new DocketError(
      `reports/${name} cannot be used, so nobody knows which cases were looked at: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}. Take it from git again.`,
    );
  }
}

/** What came of asking for the held-out figures. */
export type LookResult = { readonly figures: HeldOutFigures } | { readonly notLooked: string; readonly unfinished?: true };

/** The held-out cases of one search. They are handed out once, and after it is written down that they were. */
export class HeldOut {
  readonly #looks: HeldOutLooks;
  readonly #cases: readonly LoadedCase[];
  readonly #search: string;
  #taken = false;

  constructor(looks: HeldOutLooks, cases: readonly LoadedCase[], search: string) {
    this.#looks = looks;
    this.#cases = cases;
    this.#search = search;
  }

  /** Names, of which nothing can be learned. */
  get ids(): string[] {
    return this.#cases.map(({ case: { id } }) => id);
  }

  /**
   * Looks at them: once. The same search about the same candidate is told the figures that stand there.
   * @param measure runs both prompts; says why where that came to no end, and the same command goes on
   * @throws {Error} when it is asked a second time
   */
  async look(
    of: Pick<HeldOutLook, 'original' | 'candidate' | 'at'>,
    measure: (cases: readonly LoadedCase[]) => Promise<HeldOutFigures | string>,
  ): Promise<LookResult> {
    if (this.#taken) throw new Error('Held-out cases are looked at once.');
    this.#taken = true;
    const known = this.#looks.of(this.#search);
    if (known && (known.original !== of.original || known.candidate !== of.candidate))
      return { notLooked: `this search looked at its held-out cases on ${known.at.slice(0, 10)}, for another candidate` };
    if (known?.figures) return { figures: known.figures };
    const cases = this.#cases.map(({ case: { id }, fingerprint }) => ({ case: id, fingerprint }));
    // Cases that came since a look that was never measured are looked at with the others.
    const look: HeldOutLook = { ...(known ?? { search: this.#search, ...of }), cases };
    this.#looks.write(look);
    const figures = await measure(this.#cases);
    if (typeof figures === 'string') return { notLooked: figures, unfinished: true };
    this.#looks.write({ ...look, figures });
    return { figures };
  }
}
