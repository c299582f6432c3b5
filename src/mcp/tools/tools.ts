import type { McpTool } from '../mcp-tool.ts';
import { compareVersions } from './compare-versions.ts';
import { draftCase } from './draft-case.ts';
import { draftVersion } from './draft-version.ts';
import { explainVerdict } from './explain-verdict.ts';
import { findProblems } from './find-problems.ts';
import { gate } from './gate.ts';
import { getCase } from './get-case.ts';
import { getTrace } from './get-trace.ts';
import { improvementPlan } from './improvement-plan.ts';
import { listCases } from './list-cases.ts';
import { listTraces } from './list-traces.ts';
import { listVersions } from './list-versions.ts';
import { mutationReport } from './mutation-report.ts';
import { queryTraces } from './query-traces.ts';
import { trialsTool } from './run-trials.ts';
import { tracesSummary } from './traces-summary.ts';
import { tryVersionTool } from './try-version.ts';

/** All tools. None of them merges, accepts a baseline, approves a label or writes a waiver: those are a person's. */
export const mcpTools: readonly McpTool[] = [
  tracesSummary,
  listTraces,
  getTrace,
  queryTraces,
  findProblems,
  improvementPlan,
  listCases,
  getCase,
  draftCase,
  listVersions,
  trialsTool,
  compareVersions,
  draftVersion,
  tryVersionTool,
  gate,
  explainVerdict,
  mutationReport,
];
