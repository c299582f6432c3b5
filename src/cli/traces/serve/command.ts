import type { Command } from 'commander';
import { count, counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { portNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { endedBy, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import type { Output } from '../../terminal/terminal.ts';
import { waitingWords } from '../waiting-words.ts';
import { Arrivals } from './arrivals.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly json?: boolean;
}

const help = `
Receives OTLP over HTTP (POST /v1/traces and /v1/logs, protobuf or JSON, optionally gzip) until Ctrl-C, up to 16 MiB per request after
decompression. Spans are acknowledged only once they are on disk. Log records with messages of an agent join their span,
whichever comes first. Other log records, and metrics, which many senders send to the same place, are accepted, not kept. On an address that other machines can reach, senders must give a token: set
DOCKET_TRACES_TOKEN here, and OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20<token>" at the sender.

Examples
  docket traces serve
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf python agent.py
  DOCKET_TRACES_TOKEN=… docket traces serve --host 0.0.0.0

Exit codes
  0 ended by Ctrl-C    129, 143 by a closed terminal or SIGTERM    2 usage error, or the port is taken    70 a bug in Docket`;

/** `docket traces serve`: the OTLP receiver. */
export function addTracesServeCommand(traces: Command, context: CommandContext): void {
  traces
    .command('serve')
    .summary('receive traces over OTLP/HTTP')
    .description('Receives traces over OTLP/HTTP and stores them, until Ctrl-C.')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 4318)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--json', 'print address and counts as JSON, one object per line, and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: ServeOptions) => serve(options, context));
}

/** How long the same error is not said again, milliseconds: on a full disk it comes with every request. */
const sameErrorMs = 60_000;

function errorNote(note: Output): (error: unknown) => void {
  let last = { message: '', at: 0 };
  return (error) => {
    const message = plainLine(error instanceof Error ? error.message : String(error));
    const at = performance.now();
    if (message === last.message && at - last.at < sameErrorMs) return;
    last = { message, at };
    note.line(note.style('red', `error: ${message} Senders are asked to retry; everything acknowledged is stored.`));
  };
}

/** Says once of each kind of refusal that there was one. */
function refusedNote(note: Output): (status: number, message: string) => void {
  const say = onceNote(note);
  return (status, message) => say(`A request was refused (${status}), and its spans are not kept: ${plainLine(message)}`);
}

/** Says once of each kind what was taken and is of no use, or not all of it. */
function unusedNote(note: Output): (message: string) => void {
  const say = onceNote(note);
  return (message) => say(`Not everything of a request can be used: ${plainLine(message)}`);
}

function onceNote(note: Output): (words: string) => void {
  const said = new Set<string>();
  return (words) => {
    if (said.has(words) || said.size === mostKinds) return;
    said.add(words);
    note.line(note.style('yellow', `! ${words}`));
  };
}

/** Kinds of faults that are said; their number at the end counts them all. */
const mostKinds = 20;

/** Says once of each path that what comes there is not kept. */
function ignoredNote(note: Output): (path: string) => void {
  const said = new Set<string>();
  return (path) => {
    if (said.has(path)) return;
    said.add(path);
    note.line(note.style('dim', `${path} is sent here too, and is accepted but not kept: only traces and messages in logs are.`));
  };
}

async function serve({ port, host, json }: ServeOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  const { receiveTraces } = await import('../../../traces/receiver/receive-traces.ts');
  const { openTracesForWriting } = await import('../open-project-traces.ts');
  const { out, note, environment } = terminal;
  const { store, place } = await openTracesForWriting(invocation.directory, note);
  const interruption = onInterrupt({ isUnread: true });
  try {
    const arrivals = new Arrivals(note);
    const token = environment.DOCKET_TRACES_TOKEN;
    const receiver = await receiveTraces(store, {
      host,
      port,
      ...(token ? { token } : {}),
      onSaved: (spans) => arrivals.add(spans),
      onError: errorNote(note),
      onIgnored: ignoredNote(note),
      onRefused: refusedNote(note),
      onUnused: unusedNote(note),
    });
    note.line(`Traces are kept in ${plainLine(place)}. docket ui shows them. Press Ctrl-C to stop.`);
    if (json) printJson({ kind: 'receiver', url: receiver.url }, out);
    else out.line(`OTEL_EXPORTER_OTLP_ENDPOINT=${receiver.url}`);
    await new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
    await receiver.close();
    arrivals.end();
    exit(endedBy(interruption.signal));
    const { added, known, logs, lostLogs, rejected, ignored, refused } = receiver.counts;
    const waiting = await store.waitingLogs();
    if (json) printJson({ kind: 'received', ...receiver.counts, waitingLogs: waiting }, out);
    else {
      const other = ignored > 0 ? `, ${count(ignored)} with metrics not kept` : '';
      const logWords = logs + lostLogs > 0 ? `; ${counted(logs, 'log record')} with messages, ${count(lostLogs)} not kept` : '';
      note.line(
        `${counted(added, 'new span')}, ${count(known)} known, ${count(rejected)} rejected; ${counted(refused, 'request')} refused${other}${logWords}.`,
      );
      if (waiting > 0) note.line(note.style('yellow', `! ${waitingWords(waiting)}`));
    }
  } finally {
    interruption.stop();
    await store.close();
  }
}
