import type { Command } from 'commander';
import { plainLine } from '../../text/hostile-text.ts';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { DecideOptions } from './run.ts';
import type { DecideLinesOptions } from './run-lines.ts';

const help = `
Each agent defines its own arguments; every agent also accepts its input as one JSON argument. Invalid input is reported
before any model is called. The decision is printed on stdout as JSON, together with the model's mode. What the
agent's hard scorers find without a label (figures, approval, reasoning) is reported on stderr. The run is kept as a trace in .docket/traces.db (docket
traces ls) and sent to OTEL_EXPORTER_OTLP_ENDPOINT if that is set; OTEL_SDK_DISABLED=true leaves no trace.

--lines decides a file of inputs, one JSON object a line, into results, one a line, each with the number of its input's
line, in the order in which they come to their end. With --output the same command goes on after a crash or Ctrl-C and
pays for nothing twice. Every line is checked before the first call.

Examples
  docket decide 85000 12000 720 250000           income, yearly debt payments, score, loan
  docket decide 85000 12000 720 250000 --version v1
  docket decide 85000 12000 720 250000 --json    with findings, tokens, cost and time
  docket decide '{"order_id": "A-17"}'           an agent that defines no arguments
  docket decide --lines in.jsonl --output out.jsonl --budget 5

Exit codes
  0 decided    1 no decision: refused, cut off or not valid, of some lines too    2 invalid input    3 the model could
  not be reached, or lines are left`;

/** `docket decide`: one run of the agent on words from the command line. */
export function addDecideCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('decide')
    .summary('run the agent once on input from the command line')
    .description('Runs the agent once on the given input and prints its decision as JSON.')
    .argument('[words...]', "the agent's input, for example 85000 12000 720 250000")
    .option('--version <version>', 'the version to run (default: the current one)')
    .option('--lines <file>', 'decide a file of inputs, one JSON object a line')
    .option('--output <file>', 'where the results of --lines go (default: stdout); begun again, it goes on')
    .option('--skip-bad', 'leave lines out that are no input, and count them')
    .option('-j, --concurrency <number>', 'maximum lines at once (default: from docket.config.ts)', wholeNumber(1));
  addModelOptions(command)
    .option('--json', 'print the decision with everything known about it')
    // A negative or otherwise wrong number is the agent's to refuse, by its field's name; it is not an option.
    .allowUnknownOption()
    .addHelpText('after', help)
    .action(async (words: readonly string[], options: DecideOptions & Partial<DecideLinesOptions>, self: Command) => {
      const option = words.find((word) => /^-/.test(word) && !/^-(?:[\d.]|inf|nan)/i.test(word));
      if (option !== undefined) self.error(`error: unknown option '${plainLine(option)}'`);
      const { lines } = options;
      if (lines !== undefined) {
        if (words.length > 0) self.error(`error: --lines takes the inputs from the file, so '${plainLine(words.join(' '))}' says nothing`);
        if (options.json && options.output === undefined)
          self.error('error: without --output the results are on stdout, one JSON object a line; --json prints a summary there');
        const { runDecideLines } = await import('./run-lines.ts');
        await runDecideLines({ ...options, lines }, context);
        return;
      }
      if (options.output !== undefined || options.skipBad || options.concurrency !== undefined)
        self.error('error: --output, --skip-bad and --concurrency belong to --lines');
      const { runDecide } = await import('./run.ts');
      await runDecide(words, options, context);
    });
}
