import { exitCodes } from '../../contracts/docket-error.ts';
import type { Shard } from '../../contracts/shard.ts';
import { shardText } from '../../contracts/shard.ts';
import type { KeptScore } from '../../flows/judging/score-cache.ts';
import { evaluateShard } from '../../flows/shards/evaluate-shard.ts';
import { count, counted, money } from '../../text/figures.ts';
import { signerFrom } from '../../trials/trial-signer.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import type { ModelOptions, TrialOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { shardLines } from './view.ts';

/** What `docket eval` and `docket compare` are asked for one shard. */
export interface ShardRunOptions extends ModelOptions, TrialOptions {
  readonly shard: Shard;
  readonly versions?: readonly string[];
  readonly first?: number;
  readonly relations?: true | readonly string[];
  readonly json?: boolean;
}

/** Runs one shard's part of an evaluation or comparison, and says what it leaves. Its exit code says whether all of that is there, and nothing of the agent. */
export async function runShard(command: 'eval' | 'compare', options: ShardRunOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { out, note } = terminal;
  const { shard, budget } = options;
  const scores: KeptScore[] = [];
  const signer = signerFrom(terminal.environment);
  const interruption = onInterrupt();
  const session = await openAnnouncedSession(context, options, { onScore: (kept) => scores.push(kept) }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  let [done, wanted] = [0, 0];
  try {
    if (budget !== undefined && session.mode === 'live')
      note.line(
        `The budget is that of this shard: ${counted(shard.count, 'shard')} may spend ${money(budget)} each, ${money(budget * shard.count)} together.`,
      );
    const { record, folder } = await evaluateShard(session, {
      command,
      shard,
      signer,
      scores,
      ...(options.versions ? { versions: options.versions } : {}),
      ...(options.first === undefined ? {} : { first: options.first }),
      ...(options.case === undefined ? {} : { caseIds: options.case }),
      ...(options.trials === undefined ? {} : { trials: options.trials }),
      ...(options.series === undefined ? {} : { series: options.series }),
      ...(options.relations === undefined ? {} : { relations: options.relations }),
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      signal: interruption.signal,
      onPlan(trials, _, cost) {
        wanted = trials;
        drawn.start(trials, cost);
      },
      onTrial() {
        done += 1;
        drawn.step();
      },
    });
    drawn.end();
    if (options.json) printJson({ ...record, folder }, out);
    else for (const line of shardLines(record, folder)) out.line(line);
    if (record.trials.missing > 0) context.exit(exitCodes.incomplete);
  } catch (error) {
    drawn.end();
    const left = `: ${count(done)} of ${counted(wanted, 'trial')} of shard ${shardText(shard)} ${done === 1 ? 'is' : 'are'} stored and will not run again. Nothing is left for docket merge yet.`;
    endInterrupted(error, context, left);
  } finally {
    interruption.stop();
    await session.close();
  }
}
