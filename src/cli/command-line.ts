import { Command, CommanderError } from 'commander';
import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import { thisDocket } from '../flows/docket-copy.ts';
import { plainLine, plainText } from '../text/hostile-text.ts';
import { addBaselineCommand } from './baseline/command.ts';
import { addCasesCommand } from './cases/command.ts';
import type { CommandContext } from './command/command-context.ts';
import { fitHelp } from './command/help-text.ts';
import { projectFault } from './command/project-fault.ts';
import { addCompareCommand } from './compare/command.ts';
import { addCompletionCommand } from './completion/command.ts';
import { addDecideCommand } from './decide/command.ts';
import { addDoctorCommand } from './doctor/command.ts';
import { addDriftCommand } from './drift/command.ts';
import { addDurationsCommand } from './durations/command.ts';
import { addEvalCommand } from './eval/command.ts';
import { addExploreCommand } from './explore/command.ts';
import { addFairnessCommand } from './fairness/command.ts';
import { addFingerprintCommand } from './fingerprint/command.ts';
import { addGateCommand } from './gate/command.ts';
import { addGenerateCommand } from './generate/command.ts';
import { addImproveCommand } from './improve/command.ts';
import { addInitCommand } from './init/command.ts';
import { commandText, type Invocation } from './invocation.ts';
import { addJudgeCommand } from './judge/command.ts';
import { addMcpCommand } from './mcp/command.ts';
import { addMergeCommand } from './merge/command.ts';
import { addMutateCommand } from './mutate/command.ts';
import { addPlanCommand } from './plan/command.ts';
import { addReplayCommand } from './replay/command.ts';
import { addReportCommand } from './report/command.ts';
import { addSelfCheckCommand } from './selfcheck/command.ts';
import { addServeAgentCommand } from './serve-agent/command.ts';
import { addServeModelCommand } from './serve-model/command.ts';
import { addStoreCommand } from './store/command.ts';
import { printJson } from './terminal/plain-json.ts';
import type { Terminal } from './terminal/terminal.ts';
import { addTracesCommand } from './traces/command.ts';
import { addUiCommand } from './ui/command.ts';
import { addVersionCommand } from './version/command.ts';
import { addVersionsCommand } from './versions/command.ts';
import { addWorkerCommand } from './worker/command.ts';

const help = `
Examples
  docket init                                    make this folder a project
  docket doctor                                  is everything in place?
  docket decide 85000 12000 720 250000           run the agent once
  docket eval                                    put the configured versions on trial
  docket compare v1 v2                           where do two versions differ?
  docket baseline accept                         on main: count how often each case passes
  docket drift                                   on main: has the provider moved?
  docket plan                                    what would a gate cost, and how sensitive is it?
  docket gate                                    is this checkout worse than main?
  docket report open                             the page with every transcript
  docket ui                                      runs, cases and traces in the browser

Without ANTHROPIC_API_KEY (environment or .env) an offline simulated model answers, and the output always says so.
Options and examples of a command: docket eval --help`;

/** The commands, in the order in which a newcomer needs them. Each loads what it runs only when it runs. */
const commands = [
  addInitCommand,
  addDecideCommand,
  addEvalCommand,
  addCompareCommand,
  addGateCommand,
  addBaselineCommand,
  addDriftCommand,
  addPlanCommand,
  addSelfCheckCommand,
  addMutateCommand,
  addFairnessCommand,
  addExploreCommand,
  addReplayCommand,
  addJudgeCommand,
  addReportCommand,
  addMergeCommand,
  addDurationsCommand,
  addStoreCommand,
  addWorkerCommand,
  addUiCommand,
  addCasesCommand,
  addTracesCommand,
  addImproveCommand,
  addVersionCommand,
  addMcpCommand,
  addVersionsCommand,
  addDoctorCommand,
  addFingerprintCommand,
  addGenerateCommand,
  addServeAgentCommand,
  addServeModelCommand,
];

/**
 * Runs one command line and returns the process's exit code. Never throws: what went wrong is printed, with a stack only when code is at
 * fault, Docket's or the project's own; with `--json` the error is a JSON object on stdout too.
 */
export async function runCommandLine(invocation: Invocation, terminal: Terminal): Promise<number> {
  let code: number = exitCodes.pass;
  const context: CommandContext = {
    terminal,
    invocation,
    exit(wanted) {
      code = wanted;
    },
  };
  try {
    const program = programOf(context);
    await addCompletion(program, invocation);
    await program.parseAsync(invocation.words, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its own errors, and help and version end in one too.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.pass;
      printJsonError(error.message, exitCodes.usage, context);
      return exitCodes.usage;
    }
    return explain(error, context);
  }
}

function programOf(context: CommandContext): Command {
  const { out, note } = context.terminal;
  const program = new Command('docket')
    .description('Puts LLM agents that make decisions on trial before a change to them is merged.')
    .version(thisDocket.version, '-V, --version', 'print the version of Docket')
    // Options of a command stand after its name, so that `decide --version v2` means the command's own.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(add --help for options and examples)')
    .configureOutput({
      writeOut: (text) => out.raw(fitHelp(text, out.columns)),
      writeErr: (text) => note.raw(text),
      // A line of a terminal, which so breaks between words.
      outputError: (text) => note.line(plainText(inUsersWords(text)).replace(/\n$/, '')),
      getOutHelpWidth: () => Math.min(out.columns, 110),
      getErrHelpWidth: () => Math.min(note.columns, 110),
    })
    .addHelpText('after', help);
  for (const add of commands) add(program, context);
  return program;
}

/** Knows every command, so it comes last; and is loaded only when it is asked for. */
async function addCompletion(program: Command, { words, directory }: Invocation): Promise<void> {
  const [asked, shell] = words;
  const isAsked = asked === 'complete' || (asked === 'completion' && shell !== undefined && !shell.startsWith('-'));
  if (!isAsked) return addCompletionCommand(program);
  const { offerCompletion } = await import('./completion/offer-completion.ts');
  const { projectNames } = await import('./completion/project-names.ts');
  await offerCompletion(program, words, (kind) => projectNames(kind, directory));
}

/** A program that reads JSON gets JSON in any case. */
function printJsonError(message: string, exitCode: number, { terminal, invocation }: CommandContext): void {
  if (invocation.words.includes('--json')) printJson({ kind: 'error', exitCode, message }, terminal.out);
}

function explain(error: unknown, context: CommandContext): number {
  const { terminal, invocation } = context;
  const { note } = terminal;
  const known = isDocketError(error) ? error : undefined;
  const fault = known ? undefined : projectFault(error);
  const code = known?.exitCode ?? (fault ? exitCodes.usage : exitCodes.crash);
  const message = error instanceof Error ? error.message : String(error);
  printJsonError(message, code, context);
  if (known) {
    note.line(`${note.style('red', 'error:')} ${plainText(message)}`);
    return code;
  }
  if (fault) {
    const blame = `The project's own code failed, not Docket: fix ${plainLine(fault.place)}`;
    note.line(`${note.style('red', 'error:')} ${blame}\n${plainText(fault.stack)}`);
    return code;
  }
  note.line(
    `${note.style('red', 'Docket failed. This is a bug in Docket:')}\n${plainText(error instanceof Error ? (error.stack ?? message) : message)}`,
  );
  note.line(
    `Please report the lines above, this command: ${plainText(commandText(invocation, invocation.words))}\nand the output of \`docket doctor --json\`.`,
  );
  return code;
}

/** By name and shape: an agent may throw the DocketError of another copy of Docket, its source while the built command runs, say. */
function isDocketError(error: unknown): error is DocketError {
  return (
    error instanceof DocketError ||
    (error instanceof Error && error.name === 'DocketError' && 'exitCode' in error && typeof error.exitCode === 'number')
  );
}

/** Commander calls what stands alone a command-argument, and names it by a letter of ours. */
function inUsersWords(text: string): string {
  return text.replace(/command-argument value ('.*') is invalid for argument '\w'\./, '$1 stands alone here.');
}
