import { resolve } from 'node:path';
import { exitCodes } from '../../contracts/docket-error.ts';
import { calibrateJudge } from '../../flows/calibrate/index.ts';
import { count } from '../../text/figures.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { calibrationJson, calibrationLines } from './view.ts';

export interface CalibrateCommandOptions extends ModelOptions {
  readonly labels: string;
  readonly repeats: number;
  readonly json?: boolean;
}

/** Holds a judge against labels of people and says whether it may decide. */
export async function runCalibrate(judge: string | undefined, options: CalibrateCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const session = await openAnnouncedSession(context, options);
  const interruption = onInterrupt();
  try {
    const calibrated = await calibrateJudge(session, {
      ...(judge === undefined ? {} : { judge }),
      labels: resolve(invocation.directory, options.labels),
      repeats: options.repeats,
      signal: interruption.signal,
      onAnswer: (done, all) => drawOver(terminal.note, `${count(done)}/${count(all)} answers`),
    });
    drawOver(terminal.note);
    if (options.json) printJson(calibrationJson(calibrated), terminal.out);
    else for (const line of calibrationLines(calibrated, session.scoring.total(), terminal.out)) terminal.out.line(line);
    context.exit(calibrated.fault !== undefined ? exitCodes.usage : calibrated.why === undefined ? exitCodes.pass : exitCodes.regressed);
  } catch (error) {
    drawOver(terminal.note);
    endInterrupted(error, context, ': what the judge said is kept, and will not be asked again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}
