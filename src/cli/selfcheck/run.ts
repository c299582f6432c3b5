import { exitCodes } from '../../contracts/docket-error.ts';
import { judgingCases, readCommittedCounts } from '../../flows/gate/committed-counts.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { checkGate, type SelfCheck } from '../../gate/self-check.ts';
import { seededRandom } from '../../stats/random.ts';
import { count, counted, estimatedShare, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

export interface SelfCheckOptions {
  readonly repetitions: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Plays unchanged and known-bad versions through the gate; exit code 1 when it does not keep its word on this suite. */
export async function runSelfCheck({ repetitions, seed, json }: SelfCheckOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation, exit } = context;
  const config = await loadConfig(invocation.directory);
  const counts = readCommittedCounts(config);
  const gate = createGate(config.gate as GateOptions);
  const cases = judgingCases(counts);
  const check = checkGate(gate, cases, { random: seededRandom(seed), repetitions });
  const promised = gate.options.alphaCase + gate.options.alphaSuite;
  const faults = faultsOf(check, promised);
  if (faults.length > 0) exit(exitCodes.regressed);
  if (json) {
    const { agent, mode } = counts.baseline;
    printJson({ kind: 'self-check', agent, mode, cases: cases.length, seed, promised, ...check, faults }, terminal.out);
    return;
  }
  const about = `${plainLine(counts.baseline.agent)} · ${counted(cases.length, 'case')} · ${counted(repetitions, 'simulated change')} per row, seed ${seed}`;
  for (const line of ['', ` ${about}`, '', ...checkLines(check, terminal.out), '', ...verdictLines(faults, promised, terminal.out), ''])
    terminal.out.line(line);
}

/**
 * Ways in which the gate breaks its word, each as a sentence; none when it keeps it.
 * @param promised largest share of unchanged agents that may be blocked, 0..1
 */
export function faultsOf({ unchanged, knownBad }: SelfCheck, promised: number): string[] {
  const falseBlocks = `Unchanged agents are blocked too often: ${estimatedShare(unchanged.blocked)}; the promise is at most ${percent(promised)}.`;
  return [
    ...(unchanged.blocked.low > promised ? [falseBlocks] : []),
    ...(knownBad.every(({ blocked }) => blocked.value === 0)
      ? ['None of the versions known to be worse was ever blocked. Run "docket plan" to see what the gate lacks.']
      : []),
  ];
}

function checkLines({ unchanged, knownBad }: SelfCheck, output: Output): string[] {
  return tableLines(
    {
      header: ['version', 'blocked', 'inconclusive', 'model runs'].map((text) => [{ text, style: 'dim' as const }]),
      groups: [[unchanged], knownBad].map((group) =>
        group.map(({ name, blocked, inconclusive, runs, runsAtMost }) => [
          [{ text: name }],
          [{ text: estimatedShare(blocked) }],
          [{ text: estimatedShare(inconclusive) }],
          [{ text: `${count(runs)}, nine out of ten within ${count(runsAtMost)}` }],
        ]),
      ),
    },
    output,
  );
}

function verdictLines(faults: readonly string[], promised: number, output: Output): string[] {
  if (faults.length > 0) return faults.map((fault) => output.style('red', ` ✗ ${fault}`));
  return [output.style('green', ` ✓ The gate keeps its promise here: at most ${percent(promised)} false blocks, and it can block.`)];
}
