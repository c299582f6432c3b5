import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type AssertionModule, assertionModule, type ImportedAssertion } from '../../suites/assertion-module.ts';
import { loadCasesIfAny } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';

/** What became of the assertions of a suite. */
export interface WrittenAssertions {
  /** Absolute path of the module. */
  readonly file: string;
  readonly scorers: number;
  /** `left`: there was another file already, which is somebody's. `none`: the suite's cases assert nothing more than their labels say. */
  readonly state: 'written' | 'unchanged' | 'left' | 'none';
}

export interface AssertionRequest {
  readonly config: LoadedConfig;
  /** The suite's file, as its cases name it. */
  readonly suite: string;
  /** Absolute path of the module. */
  readonly file: string;
  readonly dryRun: boolean;
}

/**
 * Writes what the cases of a suite keep of its assertions as scorers, into a module that is code and is reviewed as such: nothing that a case holds is ever run.
 * @throws {DocketError} when a case does not load, or the module cannot be written
 */
export function writeAssertions({ config, suite, file, dryRun }: AssertionRequest): WrittenAssertions {
  const found = loadCasesIfAny(config.cases, config.agent).flatMap(({ case: { id, origin } }): ImportedAssertion[] =>
    origin.kind !== 'imported' || origin.format !== 'promptfoo' || origin.file !== suite
      ? []
      : (origin.notes ?? []).flatMap(({ what, value }) =>
          what.startsWith('assertion ') && isAssertion(value) ? [{ caseId: id, value }] : [],
        ),
  );
  if (found.length === 0) return { file, scorers: 0, state: 'none' };
  const { text, scorers } = moduleOf(found, { config, suite, file });
  if (existsSync(file)) return { file, scorers, state: readFileSync(file, 'utf8') === text ? 'unchanged' : 'left' };
  if (!dryRun) {
    const fault = writeCheckoutFile(file, repositoryAround(config.root), [text]);
    if (fault) throw new DocketError(`${file} ${fault.fault}. The cases are written.`);
  }
  return { file, scorers, state: 'written' };
}

function moduleOf(found: readonly ImportedAssertion[], { config, suite, file }: Omit<AssertionRequest, 'dryRun'>): AssertionModule {
  const toSuite = relative(dirname(file), dirname(resolve(config.root, suite)))
    .split(sep)
    .join('/');
  return assertionModule(found, suite, join('.', toSuite) === '.' ? './' : toSuite);
}

function isAssertion(value: unknown): value is ImportedAssertion['value'] {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
