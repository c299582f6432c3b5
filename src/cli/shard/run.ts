import { exitCodes } from '../../contracts/docket-error.ts';
import { type Shard, shardText } from '../../contracts/shard.ts';
import type { CostEstimate } from '../../flows/estimate-cost.ts';
import { acceptShard } from '../../flows/gate/accept-shard.ts';
import type { Session } from '../../flows/session.ts';
import { evaluateShard } from '../../flows/shards/evaluate-shard.ts';
import type { ShardOptions } from '../../flows/shards/run-part.ts';
import type { ShardEnd } from '../../flows/shards/shard-folder.ts';
import { count, counted, money } from '../../text/figures.ts';
import { signerFrom } from '../../trials/trial-signer.ts';
import type { KeptScore } from '../../trials/trial-store.ts';
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

/** Runs one shard's part of an evaluation or comparison, and says what it leaves. */
export function runShard(command: 'eval' | 'compare', options: ShardRunOptions, context: CommandContext): Promise<void> {
  return runAnyShard(options, context, (session, running) =>
    evaluateShard(session, {
      ...running,
      command,
      ...(options.versions ? { versions: options.versions } : {}),
      ...(options.first === undefined ? {} : { first: options.first }),
      ...(options.case === undefined ? {} : { caseIds: options.case }),
      ...(options.trials === undefined ? {} : { trials: options.trials }),
      ...(options.series === undefined ? {} : { series: options.series }),
      ...(options.relations === undefined ? {} : { relations: options.relations }),
    }),
  );
}

/** What `docket baseline accept` is asked for one shard. */
export interface ShardAcceptOptions extends ModelOptions, Pick<TrialOptions, 'concurrency'> {
  readonly shard: Shard;
  readonly trials: number;
  readonly most: number;
  readonly json?: boolean;
}

/** Makes one shard's part of the runs that a baseline wants. */
export function runAcceptShard(options: ShardAcceptOptions, context: CommandContext): Promise<void> {
  const { trials, most } = options;
  return runAnyShard(options, context, (session, running) => acceptShard(session, { ...running, trials, most }));
}

/** What a flow is run with, and tells. */
type Running = ShardOptions & { onPlan(trials: number, cost: CostEstimate | undefined): void };

/** Runs a shard; its exit code says whether all of its part is there, and nothing of the agent. */
async function runAnyShard(
  {
    shard,
    json,
    concurrency,
    ...options
  }: ModelOptions & { readonly shard: Shard; readonly json?: boolean; readonly concurrency?: number },
  context: CommandContext,
  run: (session: Session, running: Running) => Promise<ShardEnd>,
): Promise<void> {
  const { terminal } = context;
  const { out, note } = terminal;
  const { budget } = options;
  const scores: KeptScore[] = [];
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
    if (options.record)
      note.line(
        'What is recorded stays in this checkout, in evals/recordings: docket merge joins trials. To replay it elsewhere, bring that folder too.',
      );
    const { record, folder } = await run(session, {
      shard,
      signer: signerFrom(terminal.environment),
      scores,
      ...(concurrency === undefined ? {} : { concurrency }),
      signal: interruption.signal,
      onPlan(trials, cost) {
        wanted = trials;
        drawn.start(trials, cost);
      },
      onTrial() {
        done += 1;
        drawn.step();
      },
    });
    drawn.end();
    if (json) printJson({ ...record, folder }, out);
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
