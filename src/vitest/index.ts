/**
 * Docket in vitest: trials as tests. Importing it registers the matchers.
 * The reporter stands apart, in `reporter.ts`: vitest loads it in another process.
 */

export { expect } from 'vitest';
export type { CaseRecord } from './case-record.ts';
export { type CaseTest, type CaseTestContext, type DescribeCasesOptions, describeCases } from './describe-cases.ts';
export type { Docket, DocketVariation, RunOptions } from './docket.ts';
export { alwaysSimulated, type EvalsMode } from './evals-mode.ts';
export type { JudgedTrial } from './judged-trial.ts';
export type { BudgetLimits, DocketMatchers } from './matchers/matchers.ts';
export { test } from './test.ts';

import './matchers/register.ts';
