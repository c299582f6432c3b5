import type { Unread } from './importers/importer.ts';

/** Records that could not be read for the same reason. */
export interface UnreadGroup {
  readonly reason: string;
  readonly count: number;
  /** True when the spans themselves were kept, and only a part of each is lost. */
  readonly kept: boolean;
  /** Some of them, as the vendor names them: its own text, so not to be printed as it is. */
  readonly examples: readonly string[];
}

const mostExamples = 3;

/** Counts what could not be read, by reason. */
export class UnreadTally {
  readonly #groups = new Map<string, { count: number; kept: boolean; examples: string[] }>();

  add(unread: readonly Unread[]): void {
    for (const { reason, record, kept } of unread) {
      const group = this.#groups.get(reason) ?? { count: 0, kept, examples: [] };
      group.count += 1;
      group.kept &&= kept;
      if (group.examples.length < mostExamples) group.examples.push(record);
      this.#groups.set(reason, group);
    }
  }

  /** Adds what was counted of a part of it, which is then named before each example. */
  addGroups(groups: readonly UnreadGroup[], place: string): void {
    for (const { reason, count, kept, examples } of groups) {
      const group = this.#groups.get(reason) ?? { count: 0, kept, examples: [] };
      group.count += count;
      group.kept &&= kept;
      group.examples.push(...examples.slice(0, mostExamples - group.examples.length).map((example) => `${place}, ${example}`));
      this.#groups.set(reason, group);
    }
  }

  /** Most frequent first. */
  groups(): UnreadGroup[] {
    return [...this.#groups].map(([reason, group]) => ({ reason, ...group })).sort((one, other) => other.count - one.count);
  }
}
