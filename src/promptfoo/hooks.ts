import type { AfterAllExtensionHookContext, BeforeAllExtensionHookContext } from 'promptfoo';
import { ExitGuard } from './exit-guard.ts';
import { judgeRows, readRows } from './judge-rows.ts';
import { orEnd } from './or-end.ts';
import { closeSharedSession, sharedSession } from './shared-session.ts';
import { summarise } from './summary.ts';
import { versionResults } from './version-results.ts';

const guard = new ExitGuard();

/** `extensions: file://…/promptfoo/hooks.ts:beforeAll`. Says who answers; from here on only `afterAll` can make the run green. */
export async function beforeAll(_context: BeforeAllExtensionHookContext): Promise<void> {
  const { session } = await orEnd(sharedSession);
  if (session.mode !== 'simulated') process.stderr.write(`${session.mode} model\n`);
  guard.begin();
}

/** `extensions: file://…/promptfoo/hooks.ts:afterAll`. Counts and judges the rows; exit code and summary follow when the process ends. */
export async function afterAll({ results, prompts, suite }: AfterAllExtensionHookContext): Promise<void> {
  const shared = await orEnd(sharedSession);
  const { session } = shared;
  const { current } = session.config;
  const rows = readRows(results);
  const verdict = judgeRows(rows, (suite.tests?.length ?? 0) * prompts.length, current);
  const versions = await orEnd(() => versionResults(shared, rows));
  const width = process.stdout.columns || 120;
  guard.end({
    green: verdict.verdict === 'PASS',
    summary: summarise({
      agent: session.agent.name,
      mode: rows.find(({ metadata }) => metadata && metadata.mode !== session.mode)?.metadata?.mode ?? session.mode,
      current,
      versions,
      rows,
      verdict,
      width,
    }),
  });
  await closeSharedSession();
}
