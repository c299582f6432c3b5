import { exitCodes } from '../../../contracts/docket-error.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { openTraces } from '../../../flows/open-traces.ts';
import { scoreTraces } from '../../../flows/score-traces/index.ts';
import type { UnaskedScorer } from '../../../flows/score-traces/unasked-tally.ts';
import { count, counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { failedScorerLines, scoringLines } from '../../terminal/scoring-lines.ts';
import { damageNote } from '../damage-note.ts';
import { leftOut, leftOutLines } from '../left-out.ts';

export interface ScoreCommandOptions {
  readonly agent?: string;
  readonly allAgents?: boolean;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly json?: boolean;
}

/** Most different faults of an agent's `inputFrom` that are said. */
const mostFaults = 5;

const reasons: Readonly<Record<UnaskedScorer['why'], string>> = {
  repeats: 'it compares the trials of one case, and a trace is a single run',
  input: 'it needs the whole input, which was not recorded',
  label: 'it needs a label, and the agent has no policy to answer instead',
  'policy-failed': 'it needs a label, and the policy failed on the input',
};

/** `fair was not asked about 3 of 5 traces: it needs …`. Who declares nothing may need less than is thought. */
function unaskedLine({ scorer, why, traces, declared }: UnaskedScorer, all: number): string {
  const which = traces === all ? 'any trace' : `${traces} of ${counted(all, 'trace')}`;
  const remedy = declared ? '' : '. It does not declare its needs, so it is taken to need input and label; a scorer can say: needs: []';
  return `${plainLine(scorer)} was not asked about ${which}: ${reasons[why]}${remedy}.`;
}

/** Scores the stored traces and prints the findings, the most frequent first. */
export async function runScoreTraces(options: ScoreCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const { out } = terminal;
  const config = await loadConfig(invocation.directory);
  const agent = options.allAgents ? undefined : (options.agent ?? config.agent.name);
  const store = await openTraces(config, damageNote(terminal.note));
  const interruption = onInterrupt();
  try {
    const filter = {
      ...(agent === undefined ? {} : { agent }),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.until === undefined ? {} : { until: options.until }),
    };
    const others = await leftOut(store, filter, options.agent !== undefined);
    const scored = await scoreTraces({ config, store, filter, signal: interruption.signal });
    if (scored.failed.length > 0) context.exit(exitCodes.incomplete);
    if (options.json) {
      printJson({ kind: 'scored-traces', ...scored, leftOut: others }, out);
      return;
    }
    const incomplete = scored.inputIncomplete > 0 ? `, ${scored.inputIncomplete} without a complete input` : '';
    out.line(`${counted(scored.traces, 'trace')} scored${incomplete}; ${scored.withFindings} with findings.`);
    for (const line of leftOutLines(others, agent)) out.line(out.style('yellow', line));
    for (const { message, traces } of scored.inputFaults.slice(0, mostFaults))
      out.line(out.style('yellow', `${counted(traces, 'trace')}: ${plainLine(message)}`));
    for (const { code, traces, example } of scored.findings)
      out.line(`  ${count(traces).padStart(6)}  ${plainLine(code)}: ${plainLine(example)}`);
    for (const line of failedScorerLines(scored.failed)) out.line(out.style('yellow', line));
    for (const line of scoringLines(scored.scoring)) out.line(out.style('dim', line));
    for (const unasked of scored.notAsked) out.line(out.style('dim', unaskedLine(unasked, scored.traces)));
  } catch (error) {
    endInterrupted(error, context, ': what is scored is kept.');
  } finally {
    interruption.stop();
    await store.close();
  }
}
