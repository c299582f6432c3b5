import { rulesHashSchema } from '../../contracts/approval.ts';
import { systemClock } from '../../contracts/clock.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { isCompared } from '../../contracts/verdict.ts';
import { projectRoot } from '../../flows/find-config.ts';
import type { GateBudget, NamedApproval } from '../../flows/gate/gate-request.ts';
import { runGate } from '../../flows/gate/index.ts';
import { JudgedByMain } from '../../flows/gate/mains-docket.ts';
import { plainText } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endKept, keepRun } from '../command/kept-run.ts';
import { endUnwritten, notWritten, pageOf } from '../command/report-files.ts';
import type { ShardOption } from '../command/run-options.ts';
import { shareKept } from '../command/share-kept.ts';
import { commandText } from '../invocation.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { gateEnd, gatePlan, gateResult } from './kept-gate.ts';
import { runMainsDocket } from './mains-docket.ts';
import { announceGate, gateStepLine } from './progress.ts';
import { verdictLines } from './view.ts';

export interface GateCommandOptions extends ShardOption {
  readonly candidate?: string;
  readonly against?: string;
  readonly budget?: GateBudget;
  readonly onInconclusive?: 'fail' | 'warn';
  readonly mode?: ModelMode;
  readonly approvedBy?: string;
  readonly rules?: string;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Judges this checkout against main and prints the verdict; its exit code is the process's. */
export async function runGateCommand(
  { json, approvedBy, rules, shard: _, ...options }: GateCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, invocation } = context;
  const { out, note } = terminal;
  const approval = namedApproval(approvedBy, rules, terminal.environment);
  const asStarted = { ...process.env };
  const rerun = commandText(invocation, invocation.words);
  const interruption = onInterrupt();
  const keeper = keepRun(projectRoot(invocation.directory), 'gate', context);
  try {
    const end = await runGate({
      ...options,
      ...(approval ? { approval } : {}),
      directory: invocation.directory,
      environment: terminal.environment,
      clock: systemClock,
      signal: interruption.signal,
      warn: (message) => note.line(note.style('yellow', plainText(message))),
      onStart(start) {
        announceGate(start, note);
        keeper.plan(gatePlan(start));
      },
      onStep(progress) {
        note.line(note.style('dim', gateStepLine(progress)));
        keeper.step(gateStepLine(progress), progress.spent);
      },
      rerun,
      command: (words) => commandText(invocation, words),
    });
    if (end instanceof JudgedByMain) {
      // The other Docket keeps its own run.
      keeper.forget();
      note.line(`Main's own Docket (${end.docket.version}) judges, because this change brings another one.`);
      context.exit(await runMainsDocket(end.docket, { invocation, environment: asStarted, signal: interruption.signal }));
      return;
    }
    const { verdict, files, unwritten } = end;
    if (isCompared(verdict)) keeper.result(gateResult(verdict));
    await keeper.report(verdict);
    keeper.end(gateEnd(verdict));
    if (isCompared(verdict)) await shareKept(projectRoot(invocation.directory), verdict.agent, context, asStarted);
    if (json) printJson(verdict, out);
    else for (const line of verdictLines(verdict, unwritten === undefined ? pageOf(files) : notWritten, out)) out.line(line);
    context.exit(unwritten === undefined ? verdict.exitCode : endUnwritten(verdict.exitCode, unwritten, note));
  } catch (error) {
    endKept(keeper, error);
    endInterrupted(error, context, ' before there was a verdict; finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
  }
}

/**
 * An approval that is named at the keyboard.
 * @throws {DocketError} on GitHub, where reviews say it; for half of it; for what is no hash
 */
function namedApproval(name: string | undefined, rules: string | undefined, environment: NodeJS.ProcessEnv): NamedApproval | undefined {
  if (name === undefined && rules === undefined) return undefined;
  if (environment.GITHUB_ACTIONS !== undefined) {
    throw new DocketError('--approved-by and --rules are refused on GitHub: there a review of the pull request approves its rules.');
  }
  if (!name?.trim() || rules === undefined) {
    throw new DocketError(
      'An approval names a person and what they approved: --approved-by <name> --rules <hash>, with the hash that the gate printed.',
    );
  }
  if (!rulesHashSchema.safeParse(rules).success) {
    throw new DocketError(`--rules: "${rules}" is not a hash of rules. Expected the 64 hexadecimal digits that the gate printed.`);
  }
  return { name: name.trim(), rules };
}
