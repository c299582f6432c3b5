import { systemClock } from '../../contracts/clock.ts';
import { exitCodes } from '../../contracts/docket-error.ts';
import { type Shard, shardText } from '../../contracts/shard.ts';
import { runGateShard } from '../../flows/gate/index.ts';
import { JudgedByMain } from '../../flows/gate/mains-docket.ts';
import { counted } from '../../text/figures.ts';
import { plainText } from '../../text/hostile-text.ts';
import { storeSecretVariable } from '../../trials/trial-signer.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import { runMainsDocket } from '../gate/mains-docket.ts';
import { gateStepLine } from '../gate/progress.ts';
import type { GateCommandOptions } from '../gate/run.ts';
import { commandText } from '../invocation.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { shardLines } from './view.ts';

/** Runs one shard's part of a gate's rounds, and says what it leaves. Its exit code says whether all of that is there; a verdict it never is. */
export async function runGateShardCommand(
  { json, shard, candidate, against, budget, mode, concurrency }: GateCommandOptions & { readonly shard: Shard },
  context: CommandContext,
): Promise<void> {
  const { terminal, invocation } = context;
  const { out, note } = terminal;
  const asStarted = { ...process.env };
  // Taken out of the environment before code of the change runs.
  const signs = Boolean(terminal.environment[storeSecretVariable]);
  const interruption = onInterrupt();
  let drawn: ReturnType<typeof drawnCount> | undefined;
  let done = 0;
  try {
    const end = await runGateShard(
      {
        ...(candidate === undefined ? {} : { candidate }),
        ...(against === undefined ? {} : { against }),
        ...(budget === undefined ? {} : { budget }),
        ...(mode === undefined ? {} : { mode }),
        ...(concurrency === undefined ? {} : { concurrency }),
        directory: invocation.directory,
        environment: terminal.environment,
        clock: systemClock,
        signal: interruption.signal,
        warn(message) {
          drawOver(note);
          note.line(note.style('yellow', plainText(message)));
        },
        onShard({ mode: answering, planned }) {
          drawn = drawnCount(context, answering);
          drawn.start(planned, undefined);
        },
        onStep(progress) {
          drawOver(note);
          note.line(note.style('dim', gateStepLine(progress)));
        },
        onShardTrial() {
          done += 1;
          drawn?.step();
        },
        rerun: commandText(invocation, invocation.words),
        command: (words) => commandText(invocation, words),
      },
      shard,
    );
    drawn?.end();
    if (end instanceof JudgedByMain) {
      note.line(`Main's own Docket (${end.docket.version}) runs the shard, because this change brings another one.`);
      context.exit(await runMainsDocket(end.docket, { invocation, environment: asStarted, signal: interruption.signal }));
      return;
    }
    const { record, folder } = end;
    if (json) printJson({ ...record, folder }, out);
    else for (const line of shardLines(record, folder)) out.line(line);
    if (record.trials.taken === undefined && record.trials.planned > record.trials.missing && !signs)
      note.line(
        note.style(
          'yellow',
          `Not signed: there is no ${storeSecretVariable} here, so docket merge takes these trials only with --trust-unsigned.`,
        ),
      );
    if (record.trials.missing > 0) context.exit(exitCodes.incomplete);
  } catch (error) {
    drawn?.end();
    endInterrupted(
      error,
      context,
      `: ${counted(done, 'trial')} of shard ${shardText(shard)} ${done === 1 ? 'is' : 'are'} stored and will not run again. Nothing is left for docket merge yet.`,
    );
  } finally {
    interruption.stop();
  }
}
