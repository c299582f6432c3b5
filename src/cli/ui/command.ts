import { type Command, Option } from 'commander';
import { names, portNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { UiOptions } from './run.ts';

const help = `
One local app: runs that were kept in .docket/runs, as they go on and afterwards, with every version, case and trial.
It answers on this machine's own address only, to who opens the address that is printed here: that holds a token, which
is another one with each start. It loads nothing from elsewhere, and without --write it changes nothing.

Examples
  docket ui                                      opens the browser
  docket ui --no-open --port 4320                prints the address only
  docket ui --write                              runs may be stopped, and gone on with, from the page; drafts are reviewed
  docket ui --write --reviewer "Grace Hopper"    under this name instead of git's user.name
  docket ui --write --host-name docket.example.org --reviewer-header X-Forwarded-Email --trust-proxy 127.0.0.1
                                                 behind a proxy that knows who asks

Exit codes
  0 Ctrl-C    2 usage error, no project, or the port is taken    129, 143 ended by a signal`;

/** `docket ui`: the project in the browser. */
export function addUiCommand(program: Command, context: CommandContext): void {
  program
    .command('ui')
    .summary('show runs and cases in the browser, also while they run')
    .description('Serves the project as one local app, and opens it in the browser.')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 0)
    .option('--no-open', 'do not open the browser')
    .option('--write', 'let the page change things: stop a run, go on with one, review drafts')
    .addOption(
      new Option('--reviewer <name>', 'name under the answers of a review; user.name of git when not given').conflicts('reviewerHeader'),
    )
    .option('--reviewer-header <name>', 'header in which an authenticating proxy says who reviews; who has it needs no token')
    .option('--trust-proxy <addresses>', 'addresses and networks whose header is believed, as 127.0.0.1,10.0.0.0/8', names)
    .option('--host-name <name>', 'name by which a proxy passes requests on', names)
    .option('--listen <address>', 'address to listen on in the place of 127.0.0.1')
    .option('--json', 'print the address as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: UiOptions) => {
      const { runUi } = await import('./run.ts');
      await runUi(options, context);
    });
}
