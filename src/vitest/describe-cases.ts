import { describe, type TestContext } from 'vitest';
import type { Agent } from '../agent/define-agent.ts';
import type { Case } from '../contracts/case.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { loadCases } from '../flows/cases/load-cases.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Docket } from './docket.ts';
import type { JudgedTrial } from './judged-trial.ts';
import { configOfThisFile, test } from './test.ts';
import { unwatched } from './watched-trials.ts';

export interface DescribeCasesOptions {
  /** Trials a case; the configured number when not given. */
  readonly trials?: number;
  /** Ids of cases; all cases when not given. */
  readonly cases?: readonly string[];
  /** Relations that are checked as well, as of `docket.run()`. */
  readonly relations?: boolean | readonly string[];
  /** Name of the suite; the version when not given. */
  readonly name?: string;
  /** Another agent than the configured one. */
  readonly agent?: Agent;
}

/** What the test of one case gets. */
export interface CaseTestContext {
  /** All trials of the version on this case, in number order. */
  readonly trials: JudgedTrial[];
  readonly case: Case;
  readonly docket: Docket;
  readonly task: TestContext['task'];
  readonly signal: AbortSignal;
}

export type CaseTest = (context: CaseTestContext) => void | Promise<void>;

/**
 * A suite with one test a case, named by the case's id. Each test gets all trials of the version on its case:
 *
 *     describeCases('v2', { trials: 5 }, ({ trials }) => {
 *       expect(trials).toPass();
 *       expect(trials).toBeConsistent();
 *     });
 *
 * The cases come from the docket.config.ts nearest to the file. A wrong configuration or case, an unknown case id and an empty selection
 * fail the file.
 */
export function describeCases(version: string, caseTest: CaseTest): void;
export function describeCases(version: string, options: DescribeCasesOptions, caseTest: CaseTest): void;
export function describeCases(version: string, ...rest: [CaseTest] | [DescribeCasesOptions, CaseTest]): void {
  const [options, caseTest] = rest.length === 1 ? [{}, rest[0]] : rest;
  const { agent, trials, relations } = options;
  describe(options.name ?? version, async () => {
    for (const id of await caseIds(options)) {
      test.concurrent(id, async ({ docket: configured, task, signal }) => {
        const docket = agent ? await configured.with({ agent }) : configured;
        const judged = await docket.run(version, {
          cases: [id],
          ...(trials === undefined ? {} : { trials }),
          ...(relations === undefined ? {} : { relations }),
        });
        const [first] = unwatched(judged);
        if (first) await caseTest({ trials: judged, case: first.case, docket, task, signal });
      });
    }
  });
}

async function caseIds({ agent, cases }: DescribeCasesOptions): Promise<string[]> {
  const config = await configOfThisFile();
  const known = loadCases(config.cases, agent ?? config.agent).map((loaded) => loaded.case.id);
  const unknown = cases?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new DocketError(`There is no case "${unknown}".${didYouMean(unknown, known)}`);
  if (cases?.length === 0)
    throw new DocketError('"cases" is an empty list, so there is nothing to run. Name at least one case, or leave it out.');
  return [...(cases ?? known)];
}
