import type { AfterAllExtensionHookContext, BeforeAllExtensionHookContext } from 'promptfoo';
import type { RunKeeper } from '../flows/runs/keep-run.ts';
import { ExitGuard } from './exit-guard.ts';
import { judgeRows, readRows } from './judge-rows.ts';
import { endRows, keepPromptfoo } from './kept-rows.ts';
import { orEnd } from './or-end.ts';
import { closeSharedSession, sharedSession } from './shared-session.ts';
import { summarise } from './summary.ts';
import { versionResults } from './version-results.ts';

const guard = new ExitGuard();
/** This run, as it is kept; one that promptfoo never ends is broken off with its process. */
let keeper: RunKeeper | undefined;

/** `extensions: file://…/promptfoo/hooks.ts:beforeAll`. Says who answers; from here on only `afterAll` can make the run green. */
export async function beforeAll(_context: BeforeAllExtensionHookContext): Promise<void> {
  const shared = await orEnd(sharedSession);
  const { session } = shared;
  keeper = keepPromptfoo(shared);
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
  const mode = rows.find(({ metadata }) => metadata && metadata.mode !== session.mode)?.metadata?.mode ?? session.mode;
  if (keeper) endRows(keeper, shared, { versions, rows, verdict, mode });
  const width = process.stdout.columns || 120;
  guard.end({
    green: verdict.verdict === 'PASS',
    summary: summarise({
      agent: session.agent.name,
      mode,
      current,
      versions,
      rows,
      verdict,
      width,
    }),
  });
  await closeSharedSession();
}
