import { DocketError } from '../../contracts/docket-error.ts';
import { counted } from '../../text/figures.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endUnwritten } from '../command/report-files.ts';
import { modelWords } from '../command/run-options.ts';
import { commandText, resumeWords } from '../invocation.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { EvalOptions } from './eval-options.ts';
import { runEvaluation } from './evaluation-run.ts';
import { failureLines } from './failure-view.ts';
import { evaluationLines } from './view.ts';

/** Runs the versions on the first so many cases, or all, and prints what came of it. */
export async function runEval(first: number | undefined, options: EvalOptions, context: CommandContext): Promise<void> {
  const { out } = context.terminal;
  const session = await openAnnouncedSession(context, options);
  try {
    if (options.watch && session.mode === 'live' && options.budget === undefined) {
      throw new DocketError(
        'With --watch each save can run trials of a live model. Say what one run may cost: --budget 2. Or add --mode simulated.',
      );
    }
    const run = await runEvaluation(session, { ...options, versions: options.versions ?? [], ...(first ? { first } : {}) }, context);
    context.exit(run.exitCode);
    if (run.kind === 'interrupted') return;
    const { evaluation, series, unwritten } = run;
    if (unwritten !== undefined) context.exit(endUnwritten(run.exitCode, unwritten, context.terminal.note));
    if (options.json) {
      printJson(evaluation, out);
      return;
    }
    const rerun = (version: string, caseId: string) => {
      const words = ['eval', '--case', caseId, '--versions', version, '--trials', String(evaluation.trialsPerCase)];
      if (options.relations) words.push('--relations', ...(options.relations === true ? [] : [options.relations.join(',')]));
      return commandText(context.invocation, [...words, ...(series === undefined ? [] : ['--series', series]), ...modelWords(options)]);
    };
    // The table comes last: the end of the output is what a person sees first.
    for (const line of failureLines(evaluation, out, rerun)) out.line(line);
    const undone = evaluation.versions.reduce((total, { totals }) => total + totals.notRun + totals.infraErrors, 0);
    // A replay would miss the same again; what to do about it is said with each miss.
    if (undone > 0 && evaluation.mode !== 'recorded') {
      const resume = commandText(context.invocation, resumeWords(context.invocation.words, options.fresh ? series : undefined));
      if (evaluation.stopped === undefined) out.line();
      out.line(`   ${counted(undone, 'trial')} not run. Stored trials will not run again; continue with:\n     ${resume}`);
    }
    for (const line of evaluationLines(evaluation, out)) out.line(line);
    out.line();
    if (options.record && evaluation.trials.reused > 0) {
      context.terminal.note.line(
        `--record wrote nothing for ${counted(evaluation.trials.reused, 'trial')} that were already stored. If they were recorded then, they can be replayed; if not, add --fresh to run and record them.`,
      );
    }
  } finally {
    await session.close();
  }
}
