import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../contracts/clock.ts';
import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import { importTraces } from '../traces/import-traces.ts';
import type { Importer } from '../traces/importers/importer.ts';
import { importers } from '../traces/importers/importers.ts';
import type { TraceStore } from '../traces/trace-store.ts';
import { type UnreadGroup, UnreadTally } from '../traces/unread-tally.ts';
import { VendorClient } from '../traces/vendor-client.ts';
import type { CommandContext } from './command-context.ts';
import { drawOver } from './draw-over.ts';
import { count, counted } from './figures.ts';
import { indexTraces } from './index-traces.ts';
import { Interrupted, onInterrupt } from './interruption.ts';
import { openTracesForWriting } from './open-project-traces.ts';
import { plainJson, plainLine } from './terminal-text.ts';
import { pauseNote, projectEnvironment, type VendorOptions, vendorSettings } from './vendor-options.ts';

/** A time as it was asked for and what it means: the same words go on with what they began, also when they say "a day ago". */
export interface AskedTime {
  readonly words: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface VendorImportOptions extends VendorOptions {
  readonly from: string;
  readonly since?: AskedTime;
  readonly until?: AskedTime;
  readonly agent?: string;
  readonly json?: boolean;
}

/** What was imported, for people and programs. */
interface Imported {
  readonly added: number;
  readonly known: number;
  readonly unread: readonly UnreadGroup[];
  readonly pages?: number;
  readonly resumed?: boolean;
  readonly since?: number;
  readonly until?: number;
}

/** Largest export that is read at once, in bytes. */
const largestFile = 256 * 1024 * 1024;

/** Imports the traces of a vendor: from a file that it exported, otherwise from its interface. */
export async function runVendorImport(file: string | undefined, options: VendorImportOptions, context: CommandContext): Promise<void> {
  const importer = importers.find(({ name }) => name === options.from);
  if (!importer)
    throw new DocketError(`There is no importer "${options.from}". There are: ${importers.map(({ name }) => name).join(', ')}.`);
  const interruption = onInterrupt();
  const { store } = openTracesForWriting(context.invocation.directory);
  try {
    const imported =
      file === undefined
        ? await fromInterface(importer, options, { store, signal: interruption.signal }, context)
        : await fromFile(importer, resolve(context.invocation.directory, file), store);
    await indexTraces(store, context.terminal.note, interruption.signal);
    print(importer, imported, options, context);
    if (imported.unread.some(({ kept }) => !kept)) context.exit(exitCodes.regressed);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    context.terminal.note.line('interrupted; the same command goes on where it stopped.');
    context.exit(exitCodes.interrupted);
  } finally {
    interruption.stop();
    store.close();
  }
}

async function fromFile(importer: Importer, file: string, store: TraceStore): Promise<Imported> {
  if (!importer.readExport) {
    throw new DocketError(
      `Files exported from ${importer.title} are not read; leave the file out to ask ${importer.title} itself, or --from for a file in OTLP.`,
    );
  }
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new DocketError(`${file} cannot be read (${cause.code}). Check the path.`, { cause });
  };
  const { size } = await stat(file).catch(unreadable);
  if (size > largestFile) throw new DocketError(`${file} is larger than ${largestFile / 1024 / 1024} MB. Export it in parts.`);
  const text = await readFile(file, 'utf8').catch(unreadable);
  const tally = new UnreadTally();
  const { spans, unread } = importer.readExport(text);
  tally.add(unread);
  return { ...store.saveSpans(spans, { source: importer.name }), unread: tally.groups() };
}

async function fromInterface(
  importer: Importer,
  options: VendorImportOptions,
  { store, signal }: { readonly store: TraceStore; readonly signal: AbortSignal },
  context: CommandContext,
): Promise<Imported> {
  const { note } = context.terminal;
  const target = importer.target(vendorSettings(options, projectEnvironment(context)));
  const { since, until, agent } = options;
  return importTraces({
    importer,
    target,
    client: new VendorClient({
      ...target,
      title: importer.title,
      variables: importer.variables,
      signal,
      onPause: pauseNote(importer.title, note),
    }),
    store,
    clock: systemClock,
    signal,
    ...(since === undefined && until === undefined ? {} : { words: `${since?.words ?? ''}..${until?.words ?? ''}` }),
    ...(agent === undefined ? {} : { agent }),
    ...(since === undefined ? {} : { since: since.at }),
    ...(until === undefined ? {} : { until: until.at }),
    onPage({ pages, added, known }) {
      drawOver(note, `${count(pages)} pages · ${count(added)} new spans · ${count(known)} known`);
    },
  }).finally(() => drawOver(note));
}

function print(importer: Importer, imported: Imported, { json }: VendorImportOptions, { terminal: { out, note } }: CommandContext): void {
  if (json) {
    out.line(plainJson({ kind: 'imported-traces', source: importer.name, ...imported }));
    return;
  }
  for (const { reason, count: often, examples } of imported.unread) {
    note.line(
      note.style('yellow', `${count(often)}× ${reason} (${examples.map(plainLine).join(', ')}${often > examples.length ? ', …' : ''})`),
    );
  }
  const { since, until, resumed, added, known } = imported;
  const window = since === undefined || until === undefined ? '' : `, ${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
  out.line(
    `${importer.title}: ${counted(added, 'new span')}, ${count(known)} known${resumed ? ', gone on where the last import stopped' : ''}${window}.`,
  );
}
