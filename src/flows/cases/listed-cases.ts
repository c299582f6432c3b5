import { join } from 'node:path';
import type { LoadedConfig } from '../load-config.ts';
import { loadCasesIfAny } from './load-cases.ts';

/** A case or a draft, as a list shows it. */
export interface ListedCase {
  readonly id: string;
  readonly title: string;
  readonly critical: boolean;
  readonly tags: readonly string[];
  /** What the label rests on; null where there is none yet. */
  readonly labelSource: string | null;
  /** True while a dispute about the label is open: such a case does not count. */
  readonly disputed: boolean;
  readonly file: string;
}

/** The cases, in the order of their names. @throws {CaseFaultsError} when one is faulty */
export function listedCases({ cases, agent }: Pick<LoadedConfig, 'cases' | 'agent'>): ListedCase[] {
  return loadCasesIfAny(cases, agent).map(({ case: { id, title, critical = false, tags = [], label, dispute }, file }) => ({
    ...{ id, title, critical, tags },
    labelSource: label.source,
    disputed: dispute !== undefined && dispute.resolution === undefined,
    file: join(cases, file.split(/[\\/]/).at(-1) ?? file),
  }));
}
