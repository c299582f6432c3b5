import { resolve } from 'node:path';
import { exitCodes } from '../../contracts/docket-error.ts';
import { loopTurn } from '../../contracts/turns.ts';
import { type DecidedLines, decideLines } from '../../flows/decide-lines/index.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { cost as costText, count, counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { passingStore } from '../../trials/passing-store.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { priceText } from '../command/cost-text.ts';
import { shownPath } from '../command/report-files.ts';
import { commandText } from '../invocation.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { endInterrupted, Interrupted, onInterrupt } from '../terminal/interruption.ts';
import { lostReader } from '../terminal/lost-reader.ts';
import { plainJsonLine, printJson } from '../terminal/plain-json.ts';
import type { DecideOptions } from './run.ts';
import { Undelivered } from './undelivered.ts';

export interface DecideLinesOptions extends DecideOptions {
  readonly lines: string;
  readonly output?: string;
  readonly skipBad?: boolean;
  readonly concurrency?: number;
}

/** Failures that are told one by one; the others are counted. */
const mostTold = 5;

/** Decides a file of inputs. */
export async function runDecideLines(options: DecideLinesOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const { directory } = context.invocation;
  const config = await loadConfig(directory);
  const reference = options.version ?? config.current;
  const output = options.output === undefined ? undefined : resolve(directory, options.output);
  const session = await openAnnouncedSession(context, options, { config, version: reference, store: passingStore(), traces: 'kept' });
  const interruption = onInterrupt({ isUnread: true });
  const undelivered = new Undelivered();
  let [done, all, told] = [0, 0, 0];
  const step = () => {
    done += 1;
    drawOver(note, `${count(done)}/${count(all)} lines`);
  };
  try {
    const prepared = await session.prepare(reference);
    const ended = await decideLines(session, prepared, {
      input: resolve(directory, options.lines),
      ...(output === undefined ? {} : { output }),
      skipBad: options.skipBad ?? false,
      concurrency: options.concurrency ?? config.concurrency,
      signal: interruption.signal,
      // Nobody reads on: what is under way is paid for, and comes to its end.
      ...(output === undefined ? { enough: lostReader } : {}),
      onPlan(lines, cost) {
        all = lines.pending;
        for (const { line, faults } of lines.bad) warn(`line ${line} is left out: ${faults.join('; ')}`);
        if (lines.allBad > lines.bad.length) warn(`${count(lines.allBad - lines.bad.length)} more lines are left out`);
        const price =
          cost && lines.pending > 0 ? `, ${counted(cost.requests, 'request')} at most, ${priceText(cost)}${limit(options)}` : '';
        note.line(`${counted(lines.pending, 'line')} to decide, ${count(lines.done)} decided before${price}.`);
      },
      onResult(result) {
        if (output === undefined) print(plainJsonLine(result));
        step();
      },
      onFailed(line, why) {
        told += 1;
        if (told <= mostTold) warn(`line ${line} has no result: ${why}`);
        step();
      },
    });
    drawOver(note);
    if (lostReader.aborted && output === undefined) return await endUnread();
    if (options.json) printJson({ kind: 'decided-lines', mode: session.mode, version: prepared.identity, ...ended }, out);
    note.line(summary(ended));
    if (ended.stopped !== undefined) note.line(note.style('red', `✗ It ended early: ${plainLine(ended.stopped)}`));
    const left = ended.failed + ended.notStarted;
    if (left > 0) {
      const on = output === undefined ? '' : ` Continue with:\n  ${commandText(context.invocation, context.invocation.words)}`;
      note.line(`${counted(left, 'line')} ${left === 1 ? 'has' : 'have'} no result.${on}`);
    }
    context.exit(left > 0 ? exitCodes.incomplete : ended.undecided > 0 ? exitCodes.regressed : exitCodes.pass);
  } catch (error) {
    drawOver(note);
    const kept = output === undefined ? '' : ` Results are in ${shownPath(output)}, and these lines will not run again.`;
    endInterrupted(error, context, ` after ${count(done)} of ${counted(all, 'line')}.${kept}`, output === undefined ? null : undefined);
  } finally {
    interruption.stop();
    await session.close();
  }

  function print(line: string): void {
    out.raw(`${line}\n`, undelivered.hold(line));
  }

  /** As a shell knows it of a program whose reader went away. */
  async function endUnread(): Promise<void> {
    // The last write has come to its end by then.
    await loopTurn();
    const kept = undelivered.keep(config.root);
    const where = kept
      ? ` ${counted(kept.lines, 'result')} that nobody read ${kept.lines === 1 ? 'is' : 'are'} in ${shownPath(kept.file)}.`
      : '';
    endInterrupted(
      new Interrupted('SIGPIPE'),
      context,
      ` after ${count(done)} of ${counted(all, 'line')}; no more were begun.${where} With --output <file> the results are kept, and the same command goes on.`,
      null,
    );
  }

  function warn(text: string): void {
    drawOver(note);
    note.line(note.style('yellow', `warning: ${plainLine(text)}`));
  }

  function summary({ decided, undecided, reused, bad, withFindings, dollars }: DecidedLines): string {
    const parts = [`${counted(decided, 'line')} decided`, `${count(undecided)} without a decision`];
    if (reused > 0) parts.push(`${count(reused)} decided before`);
    if (bad > 0) parts.push(`${count(bad)} left out`);
    if (withFindings > 0) parts.push(`${count(withFindings)} with findings`);
    return `${parts.join(', ')} · ${costText(dollars, session.mode)}`;
  }
}

function limit({ budget }: DecideLinesOptions): string {
  return budget === undefined ? '; --budget <dollars> sets a limit' : `; it stops before spending much more than ${money(budget)}`;
}
