import type { Case } from '../../contracts/case.ts';

/** Different parts that are kept: where there are more, they are not alike. */
const mostKept = 1000;

/** Keeps once what very many cases have alike and nobody who judges is given to change: who stands behind the label, and where the input comes from. */
export class AlikeParts {
  readonly #known = new Map<string, object>();

  /** The same case, in which they are shared. */
  sharing(found: Case): Case {
    found.label.reviewers = this.#once(found.label.reviewers);
    found.origin = this.#once(found.origin);
    return found;
  }

  #once<Part extends object>(part: Part): Part {
    const text = JSON.stringify(part);
    const known = this.#known.get(text) as Part | undefined;
    if (known) return known;
    if (this.#known.size < mostKept) this.#known.set(text, part);
    return part;
  }
}
