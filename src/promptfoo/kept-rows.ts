import type { VersionResult } from '../contracts/evaluation.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import { RunKeeper } from '../flows/runs/keep-run.ts';
import { ranCases, ranVersion } from '../flows/runs/ran-versions.ts';
import type { Row, RowsVerdict } from './judge-rows.ts';
import type { SharedSession } from './shared-session.ts';

/** Begins to keep this run of promptfoo. */
export function keepPromptfoo({ session }: SharedSession): RunKeeper {
  return new RunKeeper(session.config.root, {
    kind: 'promptfoo',
    command: ['npx promptfoo', ...process.argv.slice(2)].join(' '),
    environment: process.env,
    warn: (message) => process.stderr.write(`${message}\n`),
  });
}

const endings = {
  PASS: { name: 'passed', tone: 'good' },
  FAIL: { name: 'failed', tone: 'bad' },
  INCOMPLETE: { name: 'incomplete', tone: 'warn' },
} as const;

/** Keeps what its rows came to. */
export function endRows(
  keeper: RunKeeper,
  { session, cases }: SharedSession,
  {
    versions,
    rows,
    verdict,
    mode,
  }: {
    readonly versions: readonly VersionResult[];
    readonly rows: readonly Row[];
    readonly verdict: RowsVerdict;
    readonly mode: ModelMode;
  },
): void {
  const names = versions.map(({ version }) => version.name);
  keeper.result({
    agent: session.agent.name,
    mode,
    versions: versions.map((version) => ranVersion(version, (caseId) => cases.get(caseId)?.case.critical ?? false)),
    cases: ranCases(
      versions.flatMap((result) =>
        result.cases.map(({ caseId, passes, runs }) => ({ version: result.version.name, caseId, passes, runs })),
      ),
      names,
    ),
    trials: { done: rows.length, reused: rows.filter(({ reused }) => reused).length },
  });
  keeper.end({
    state: 'done',
    verdict: { ...endings[verdict.verdict], reason: `${verdict.reason.charAt(0).toUpperCase()}${verdict.reason.slice(1)}.` },
  });
}
