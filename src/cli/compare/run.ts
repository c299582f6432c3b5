import { exitCodes } from '../../contracts/docket-error.ts';
import { compare } from '../../flows/compare/index.ts';
import { headlineOf, sentenceOf } from '../../reporters/words.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endUnwritten, notWritten, pageOf } from '../command/report-files.ts';
import type { ModelOptions, ShardOption, TrialOptions } from '../command/run-options.ts';
import { runWithProgress } from '../eval/evaluation-run.ts';
import { commandText } from '../invocation.ts';
import { printJson } from '../terminal/plain-json.ts';
import { comparisonJson } from './json.ts';
import { comparisonLines } from './view.ts';

export interface CompareOptions extends ModelOptions, TrialOptions, ShardOption {
  readonly json?: boolean;
}

/** Runs two versions on the same cases, prints where they differ and writes the page. */
export async function runCompare(versions: readonly [string, string], options: CompareOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const session = await openAnnouncedSession(context, options);
  try {
    const rerun = commandText(context.invocation, context.invocation.words);
    const run = await runWithProgress(session, { ...options, versions }, context, 'compare', async (wanted) => {
      const compared = await compare(session, { ...wanted, versions, rerun });
      const { comparison } = compared;
      const verdict = { ...headlineOf(comparison), reason: sentenceOf(comparison, comparison.cases) };
      return { ...compared, verdict, report: comparison };
    });
    if (run.kind === 'interrupted') {
      context.exit(run.exitCode);
      return;
    }
    const { comparison, evaluation } = run;
    if (options.json) printJson(comparisonJson(comparison), out);
    else for (const line of [...comparisonLines(comparison, evaluation, out), '']) out.line(line);
    if (!options.json) out.line(` page: ${run.unwritten === undefined ? pageOf(run.files) : notWritten}`);
    if (run.unwritten !== undefined) context.exit(endUnwritten(exitCodes.pass, run.unwritten, note));
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
    await session.close();
  }
}
