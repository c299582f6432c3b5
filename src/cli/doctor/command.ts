import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import type { DoctorOptions } from './run.ts';

const help = `
Checks Node.js, the configuration, the cases, the versions and their fingerprints, which model would answer (the key
itself is never shown), what the API would refuse of tools and decision schemas, the trial store, where traces go, and the
disk. Changes nothing and asks nobody. With --online it also asks the model server, where there is a key or a server: it
counts the tokens of one request of the current version, then asks for one token of an answer, which costs a fraction of a
cent and shows whether key, model, tools and the form of the decision are taken. And it sends an empty request to the
receiver of OTEL_EXPORTER_OTLP_* and to each system whose key is set, to see whether they accept traces.

Examples
  docket doctor
  docket doctor --online                         would the model answer, and traces be accepted?
  docket doctor --json

Exit codes
  0 ready, perhaps with warnings    2 something must be fixed first`;

/** `docket doctor`: is everything in place? */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('check that everything is in place')
    .description('Checks everything Docket needs and says how to fix what is missing.')
    .option('--online', 'also ask the model server, and the systems that traces are sent to')
    .option('--json', 'print the checks as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./run.ts');
      await runDoctor(options, context);
    });
}
