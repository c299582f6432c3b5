import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DocketError, exitCodes } from '../../../contracts/docket-error.ts';
import { count, counted, duration } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { type OtherFile, readOtherFile } from '../../../traces/files/read-file.ts';
import { type FileImport, importOtlpFile } from '../../../traces/importers/otlp-file.ts';
import type { TraceStore } from '../../../traces/store/trace-store.ts';
import { UnreadTally } from '../../../traces/unread-tally.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { drawOver } from '../../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import type { Output } from '../../terminal/terminal.ts';
import { indexTraces } from '../index-traces.ts';
import { openTracesForWriting } from '../open-project-traces.ts';
import { waitingWords } from '../waiting-words.ts';
import { unreadLines } from './unread-lines.ts';

/** Options of the command. */
export interface FileImportWords {
  readonly json?: boolean;
  readonly again?: boolean;
  readonly agent?: string;
}

/** What came of one file. */
type Done = Pick<FileImport, 'added' | 'known' | 'logs' | 'lostLogs' | 'rejected' | 'unreadable' | 'resumedAt' | 'unread'> & {
  /** Names of the formats, and what people call them where it is not OTLP. */
  readonly format: string;
  readonly written: string;
  readonly took: number;
};

/** Imports a file of traces, or all files of a folder, into the project's store and says what came of it. */
export async function runFileImport(path: string, words: FileImportWords, context: CommandContext): Promise<void> {
  const { terminal, invocation, exit } = context;
  const { out, note } = terminal;
  const place = resolve(invocation.directory, path);
  const folder = filesIn(place, path);
  const { store } = await openTracesForWriting(invocation.directory, note);
  const interruption = onInterrupt();
  const { signal } = interruption;
  try {
    const results: object[] = [];
    let isWhole = true;
    for (const name of folder ?? [path]) {
      const shown = folder ? join(path, name) : path;
      try {
        const done = await importOne(folder ? join(place, name) : place, shown, words, { store, signal, note });
        const { format, written, took, ...counts } = done;
        if (words.json) results.push({ ...(folder ? { file: shown } : {}), ...counts, format });
        else await say(done, shown, folder ? `${plainLine(shown)}: ` : '', store, terminal);
        if (done.rejected + done.unreadable > 0) isWhole = false;
      } catch (error) {
        // One file of a folder costs no other.
        if (!folder || !(error instanceof DocketError)) throw error;
        isWhole = false;
        if (words.json) results.push({ file: shown, error: error.message });
        else note.line(note.style('yellow', `! ${plainLine(error.message)}`));
      }
    }
    await indexTraces(store, note, signal);
    if (words.json) printJson(folder ? { kind: 'import', files: results } : { kind: 'import', ...results[0] }, out);
    if (!isWhole) exit(exitCodes.regressed);
  } catch (error) {
    drawOver(note);
    endInterrupted(error, context, '. What was read is stored.');
  } finally {
    interruption.stop();
    await store.close();
  }
}

/** The files of a folder, hidden ones left out; undefined for what is no folder. */
function filesIn(place: string, path: string): readonly string[] | undefined {
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const entries = readdirSync(place, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  if (files.length > 0) return files.sort();
  throw new DocketError(`${plainLine(path)} is a folder without a file${entries.length > 0 ? '; folders in it are not looked into' : ''}.`);
}

async function importOne(
  file: string,
  path: string,
  { again, agent }: FileImportWords,
  { store, signal, note }: { readonly store: TraceStore; readonly signal: AbortSignal; readonly note: Output },
): Promise<Done> {
  const start = performance.now();
  const others = await readOtherFile(file, agent);
  if (!others && agent !== undefined)
    throw new DocketError(`${plainLine(path)}: --agent names the runs of lists of messages; OTLP says itself whose a run is.`);
  const done = others
    ? await stored(others, store)
    : await importOtlpFile(file, store, signal, {
        again: again ?? false,
        onProgress: ({ spans, bytes }) => drawOver(note, `${count(spans)} spans · ${count(bytes / 1e6)} MB read`),
      });
  drawOver(note);
  const format = others?.map(({ source }) => source).join(', ') ?? 'otlp';
  return { ...done, format, written: others?.map(({ title }) => title).join(' and ') ?? '', took: performance.now() - start };
}

/** What came of a file, in words. */
async function say(done: Done, path: string, prefix: string, store: TraceStore, { out, note }: CommandContext['terminal']): Promise<void> {
  const { added, known, logs, rejected, unreadable, resumedAt, took } = done;
  const resumed = resumedAt > 0 ? `, from byte ${count(resumedAt)} on, where the last import ended` : '';
  const written = done.written === '' ? '' : ` from ${done.written}`;
  out.line(
    `${out.style('green', '✓')} ${prefix}${counted(added, 'new span')}${written}, ${count(known)} known${resumed}${logs > 0 ? `, ${counted(logs, 'log record')} with messages` : ''} (${duration(took)})`,
  );
  const waiting = await store.waitingLogs();
  if (logs > 0 && waiting > 0) note.line(note.style('yellow', `! ${waitingWords(waiting)}`));
  if (done.unread.length > 0 && rejected + unreadable === 0)
    for (const line of unreadLines(done.unread)) note.line(note.style('yellow', `! ${line}`));
  if (rejected + unreadable > 0) {
    const what = [
      ...(rejected > 0 ? [`${counted(rejected, 'span')} rejected`] : []),
      ...(unreadable > 0 ? [`${counted(unreadable, 'record')} could not be read`] : []),
    ];
    note.line(note.style('yellow', `! ${plainLine(path)}: ${what.join(', ')}. Everything else is stored.`));
    for (const line of unreadLines(done.unread)) note.line(note.style('yellow', `  ${line}`));
  } else if (added + known + logs + resumedAt === 0) note.line(note.style('yellow', `! ${plainLine(path)} contains no spans.`));
}

/** Stores what a file in formats of its own held. */
async function stored(others: readonly OtherFile[], store: TraceStore): Promise<Omit<Done, 'format' | 'written' | 'took'>> {
  const tally = new UnreadTally();
  const sum = { added: 0, known: 0, logs: 0, lostLogs: 0, rejected: 0, unreadable: 0, resumedAt: 0 };
  for (const { spans, unread, logs = [], source } of others) {
    tally.add(unread);
    sum.unreadable += unread.filter(({ kept }) => !kept).length;
    const saved = await store.saveSpans(spans, { source });
    sum.added += saved.added;
    sum.known += saved.known;
    const { joined, known, waiting, dropped } = await store.saveLogs(logs);
    sum.logs += joined + known + waiting;
    sum.lostLogs += dropped;
  }
  return { ...sum, unread: tally.groups() };
}
