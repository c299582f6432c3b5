import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../../../contracts/clock.ts';
import { DocketError, exitCodes } from '../../../contracts/docket-error.ts';
import { count, counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { largestFile, textOfFile } from '../../../traces/files/file-text.ts';
import { importTraces } from '../../../traces/import-traces.ts';
import type { Importer, SpanPage } from '../../../traces/importers/importer.ts';
import type { TraceStore } from '../../../traces/store/trace-store.ts';
import { type UnreadGroup, UnreadTally } from '../../../traces/unread-tally.ts';
import type { OfVendor } from '../../../traces/vendors/vendor.ts';
import { VendorClient } from '../../../traces/vendors/vendor-client.ts';
import { loadImporter } from '../../../traces/vendors/vendors.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { drawOver } from '../../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { indexTraces } from '../index-traces.ts';
import { openTracesForWriting } from '../open-project-traces.ts';
import { pauseNote, projectEnvironment, type VendorOptions, vendorSettings } from '../vendor-options.ts';
import { unreadLines } from './unread-lines.ts';

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

/** Imports the traces of a vendor: from a file that it exported, otherwise from its interface. */
export async function runVendorImport(file: string | undefined, options: VendorImportOptions, context: CommandContext): Promise<void> {
  const importer = await loadImporter(options.from);
  const interruption = onInterrupt();
  const { store } = await openTracesForWriting(context.invocation.directory, context.terminal.note);
  try {
    const imported =
      file === undefined
        ? await fromInterface(importer, options, { store, signal: interruption.signal }, context)
        : await fromFile(importer, resolve(context.invocation.directory, file), store);
    await indexTraces(store, context.terminal.note, interruption.signal);
    print(importer, imported, options, context);
    if (imported.unread.some(({ kept }) => !kept)) context.exit(exitCodes.regressed);
  } catch (error) {
    endInterrupted(error, context, '. The pages received so far are stored.');
  } finally {
    interruption.stop();
    await store.close();
  }
}

async function fromFile(importer: OfVendor<Importer>, file: string, store: TraceStore): Promise<Imported> {
  if (!importer.readExport) {
    throw new DocketError(
      `Files exported from ${importer.title} cannot be read. Leave out the file to read from ${importer.title} directly, or leave out --from if the file is OTLP.`,
    );
  }
  const unreadable = (cause: NodeJS.ErrnoException) => {
    throw new DocketError(`${plainLine(file)} cannot be read (${cause.code}). Check the path.`, { cause });
  };
  const { size } = await stat(file).catch(unreadable);
  if (size > largestFile) throw new DocketError(`${file} is larger than ${largestFile / 1024 / 1024} MB. Export it in parts.`);
  const bytes = await readFile(file).catch(unreadable);
  const tally = new UnreadTally();
  const { spans, unread } = readExport(importer.readExport, bytes, file);
  tally.add(unread);
  return { ...(await store.saveSpans(spans, { source: importer.name })), unread: tally.groups() };
}

/** @throws {DocketError} that names the file */
function readExport(read: (text: string) => SpanPage, bytes: Buffer, file: string): SpanPage {
  const { text, unread: damaged } = textOfFile(bytes, file);
  try {
    const { spans, unread } = read(text);
    return { spans, unread: [...unread, ...damaged] };
  } catch (error) {
    if (error instanceof DocketError) throw new DocketError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function fromInterface(
  importer: OfVendor<Importer>,
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

function print(
  importer: OfVendor<Importer>,
  imported: Imported,
  { json }: VendorImportOptions,
  { terminal: { out, note } }: CommandContext,
): void {
  if (json) {
    printJson({ kind: 'imported-traces', source: importer.name, ...imported }, out);
    return;
  }
  for (const line of unreadLines(imported.unread)) note.line(note.style('yellow', line));
  const { since, until, resumed, added, known, unread } = imported;
  const left = unread.reduce((sum, { kept, count: often }) => sum + (kept ? 0 : often), 0);
  const window = since === undefined || until === undefined ? '' : `, ${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
  out.line(
    `${importer.title}: ${counted(added, 'new span')}, ${count(known)} known${left > 0 ? `, ${counted(left, 'record')} left out` : ''}${resumed ? ', continued where the last import stopped' : ''}${window}.`,
  );
}
