import { resolve } from 'node:path';
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
import { plainJson } from '../../terminal/plain-json.ts';
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

/** Imports a file of OTLP traces into the project's store and says what came of it. */
export async function runFileImport(path: string, { json, again, agent }: FileImportWords, context: CommandContext): Promise<void> {
  const { terminal, invocation, exit } = context;
  const { out, note } = terminal;
  const { store } = openTracesForWriting(invocation.directory, note);
  const interruption = onInterrupt();
  const start = performance.now();
  try {
    const file = resolve(invocation.directory, path);
    const other = await readOtherFile(file, agent);
    if (!other && agent !== undefined)
      throw new DocketError(`${plainLine(path)}: --agent names the runs of lists of messages; OTLP says itself whose a run is.`);
    const done = other
      ? stored(other, store)
      : await importOtlpFile(file, store, interruption.signal, {
          again: again ?? false,
          onProgress: ({ spans, bytes }) => drawOver(note, `${count(spans)} spans · ${count(bytes / 1e6)} MB read`),
        });
    drawOver(note);
    const took = performance.now() - start;
    await indexTraces(store, note, interruption.signal);
    const { added, known, logs, rejected, unreadable, resumedAt } = done;
    if (json) out.line(plainJson({ kind: 'import', ...done, format: other?.source ?? 'otlp' }));
    else {
      const resumed = resumedAt > 0 ? `, from byte ${count(resumedAt)} on, where the last import ended` : '';
      const written = other ? ` from ${other.title}` : '';
      out.line(
        `${out.style('green', '✓')} ${counted(added, 'new span')}${written}, ${count(known)} known${resumed}${logs > 0 ? `, ${counted(logs, 'log record')} with messages` : ''} (${duration(took)})`,
      );
      const waiting = store.waitingLogs();
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
    if (rejected + unreadable > 0) exit(exitCodes.regressed);
  } catch (error) {
    drawOver(note);
    endInterrupted(error, context, '. What was read is stored.');
  } finally {
    interruption.stop();
    store.close();
  }
}

/** Stores what a file in a format of its own held. */
function stored(
  { spans, unread, logs = [], source }: OtherFile,
  store: TraceStore,
): Pick<FileImport, 'added' | 'known' | 'logs' | 'lostLogs' | 'rejected' | 'unreadable' | 'resumedAt' | 'unread'> {
  const tally = new UnreadTally();
  tally.add(unread);
  const unreadable = unread.filter(({ kept }) => !kept).length;
  const saved = store.saveSpans(spans, { source });
  const { joined, known, waiting, dropped } = store.saveLogs(logs);
  return { ...saved, logs: joined + known + waiting, lostLogs: dropped, rejected: 0, unreadable, resumedAt: 0, unread: tally.groups() };
}
