import type { Command } from 'commander';
import { dollars, portNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { McpOptions } from './run.ts';

const help = `
A coding agent reads traces, cases and results of this project, runs trials and the gate, and drafts cases. No tool can
merge, accept a baseline, approve a label or write a waiver. Trials run on the simulated model, for nothing; live ones
need --budget, and all calls together never cost more; what scorers of the project ask by themselves, a grader of
promptfoo's say, they do here too. Texts of traces are redacted as drafts are, and marked as recorded: evidence, not
instructions. By default it speaks over stdin and stdout; with --http on this machine's own address, to clients that
give the token.

Examples
  docket mcp                                     as .mcp.json starts it
  claude mcp add docket -- npx docket mcp
  docket mcp --budget 2                          live trials for two dollars at most
  docket mcp --http --port 4319                  prints the address and the token

Exit codes
  0 the client went away, or Ctrl-C    2 usage error, no project, or the port is taken`;

/** `docket mcp`: the project for coding agents. */
export function addMcpCommand(program: Command, context: CommandContext): void {
  program
    .command('mcp')
    .summary('serve traces, cases, trials and the gate to a coding agent')
    .description('Serves the project to coding agents over the Model Context Protocol.')
    .option('--budget <dollars>', 'most that all live calls together may cost (default: no live call)', dollars)
    .option('--unredacted', 'show texts of traces as they were recorded')
    .option('--http', 'serve over HTTP on this machine, in place of stdin and stdout')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 0)
    .addHelpText('after', help)
    .action(async (options: McpOptions) => {
      const { runMcp } = await import('./run.ts');
      await runMcp(options, context);
    });
}
