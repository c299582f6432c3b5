import { exitCodes } from '../contracts/docket-error.ts';
import { openAnnouncedSession } from './announced-session.ts';
import type { CommandContext } from './command-context.ts';
import { compareVersions } from './comparison.ts';
import { comparisonLines } from './comparison-view.ts';
import { runEvaluation } from './evaluation-run.ts';
import type { ModelOptions, TrialOptions } from './run-options.ts';
import { plainJson, plainLine } from './terminal-text.ts';

export interface CompareOptions extends ModelOptions, TrialOptions {
  readonly json?: boolean;
}

/** Runs two versions on the same cases and prints where they differ. */
export async function runCompare(versions: readonly string[], options: CompareOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const session = await openAnnouncedSession(context, options);
  try {
    const run = await runEvaluation(session, { ...options, versions }, context);
    if (run.kind === 'interrupted') {
      context.exit(run.exitCode);
      return;
    }
    const comparison = compareVersions(run.evaluation);
    if (options.json) out.line(plainJson(comparison));
    else for (const line of [...comparisonLines(comparison, out), '']) out.line(line);
    if (run.exitCode === exitCodes.incomplete) {
      const reasons = [
        run.evaluation.stopped,
        ...run.evaluation.versions.flatMap(({ cases }) => cases.flatMap(({ infraErrors }) => infraErrors.map(({ message }) => message))),
      ];
      note.line(
        `Incomplete: ${plainLine(reasons.find((reason) => reason !== undefined) ?? 'some trials were not run')} Run the same command again; what is stored is reused.`,
      );
      context.exit(exitCodes.incomplete);
    }
  } finally {
    session.close();
  }
}
