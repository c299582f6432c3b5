import { type Command, Option } from 'commander';
import { formatTitles } from '../../../traces/files/formats.ts';
import { vendorsOf } from '../../../traces/vendors/vendors.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import { vendorHelp, vendorTitles } from '../vendor-help.ts';
import type { FileImportWords } from './from-file.ts';
import type { AskedTime, VendorImportOptions } from './from-vendor.ts';

type ImportOptions = Omit<VendorImportOptions, 'from'> & FileImportWords & { readonly from?: string };

const help = `
Reads files of the OpenTelemetry Collector's file exporter (JSON lines or length-prefixed protobuf) and single OTLP
requests (JSON or protobuf), gzipped or not, Tempo's too; and, known by their content, files of
${formatTitles.join(', ')}. An interrupted import continues where it stopped, a file that has grown is
read from where it ended before, and no span is stored twice.

--from reads from a tracing system, page by page, starting where the last import ended (the first time: one day ago) or
at --since. --from with a file reads a file that the system exported; most are known without it. Keys come from the environment or from .env and are
never shown:
${vendorHelp('import')}

Examples
  docket traces import spans.jsonl
  docket traces import --from logfire --since 7d --agent loan-underwriter
  docket traces import --from langfuse exported.trace.json
  docket traces import spans.jsonl.gz --json

Exit codes
  0 imported    1 imported, but some records could not be read    2 usage error, an unreadable file, or a key that is
  missing or refused    3 the system cannot be reached; the same command continues    129, 130, 143 interrupted; the same command continues`;

/** `docket traces import`: traces from a file. */
export function addTracesImportCommand(traces: Command, context: CommandContext): void {
  traces
    .command('import')
    .summary('read traces from a file or a tracing system')
    .description(`Imports a file of OTLP traces, or the traces that a tracing system has: ${vendorTitles('import')}.`)
    .argument('[file]', 'file with traces, or a folder of such files; with --from, a file that the system exported')
    .addOption(new Option('--from <system>', 'tracing system to read from').choices(vendorsOf('import').map(({ name }) => name)))
    .option('--since <time>', 'only spans from this time on: 7d (ago), 2026-11-23', askedTime)
    .option('--until <time>', 'only spans before this time', askedTime)
    .option(
      '--agent <name>',
      'only traces of this agent, by its name in that system; of a file with lists of messages: whose runs they are',
    )
    .option('--project <name>', 'project in that system (Braintrust)')
    .option('--base-url <url>', "server, instead of the system's own")
    .option('--allow-http', 'allow an unencrypted connection to another machine')
    .option('--again', 'read the file from the start, even if parts were imported before')
    .option('--json', 'print the counts as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: ImportOptions, self: Command) => {
      const { from } = options;
      if (from !== undefined) {
        const { runVendorImport } = await import('./from-vendor.ts');
        await runVendorImport(file, { ...options, from }, context);
        return;
      }
      if (file === undefined) self.error('error: say what to import: a file, or --from with the name of a system.');
      const alone = ['since', 'until', 'project', 'baseUrl', 'allowHttp'].find((name) => name in options);
      if (alone !== undefined)
        self.error(`error: --${alone.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} goes with --from only.`);
      const { runFileImport } = await import('./from-file.ts');
      await runFileImport(file, options, context);
    });
}

function askedTime(words: string): AskedTime {
  return { words, at: pointInTime(words) };
}
