import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { commandOf, thisDocket } from '../../flows/docket-copy.ts';
import { findConfig } from '../../flows/find-config.ts';
import { missingConfig } from '../../flows/load-config.ts';
import { counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { startedAs } from '../invocation.ts';
import { onInterrupt } from '../terminal/interruption.ts';
import { watchedRun } from './eval-options.ts';

/** What no run reads, or what it writes itself. */
const ignoredFolders = new Set(['node_modules', '.git', '.docket', '.venv', '__pycache__', 'reports', 'recordings']);
const ignoredFiles = /(?:~|\.sw[a-z]|\.tmp|\.log)$|(?:^|\/)4913$/;
/** An editor saves several files in one go; milliseconds. */
const settleMs = 150;

/**
 * Runs the command, and again whenever a file of the project is saved, until Ctrl-C. Each run is a process of its own, because a module that was loaded stays
 * loaded; what the change does not touch is stored and comes at once. A save during a run stops it.
 * @throws {DocketError} when there is no configuration
 */
export async function evalWatched({ terminal: { note, environment }, invocation }: CommandContext): Promise<void> {
  const config = findConfig(invocation.directory);
  if (config === undefined) throw missingConfig(invocation.directory);
  const root = dirname(config);
  const interruption = onInterrupt({ isUnread: true });
  const saved = new Set<string>();
  let wake = () => {};
  const watcher = watch(root, { ignored: (path) => isIgnored(relative(root, path)), ignoreInitial: true, followSymlinks: false });
  watcher.on('all', (_event, path) => {
    saved.add(relative(root, path));
    wake();
  });
  watcher.on('error', (error) => note.line(note.style('yellow', `! Some files are not watched: ${plainLine(String(error))}`)));
  interruption.signal.addEventListener('abort', () => wake());
  const savedOrEnded = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (saved.size > 0 || interruption.signal.aborted) resolve();
    });
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  try {
    while (!interruption.signal.aborted) {
      saved.clear();
      const child = spawn(process.execPath, [commandOf(thisDocket), ...invocation.words], {
        cwd: invocation.directory,
        env: { ...environment, [watchedRun]: '1', [startedAs]: invocation.program },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      await Promise.race([ended, savedOrEnded()]);
      await stopped(child, ended);
      if (saved.size === 0 && !interruption.signal.aborted)
        note.line(note.style('dim', `Watching ${plainLine(root)}: a saved file runs this again. Ctrl-C ends it.`));
      await savedOrEnded();
      if (interruption.signal.aborted) break;
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      const [first = '', ...others] = saved;
      const more = others.length > 0 ? ` and ${counted(others.length, 'other file')}` : '';
      note.line(note.style('bold', `\n${plainLine(first)}${more} changed.`));
    }
  } finally {
    await watcher.close();
    interruption.stop();
  }
}

function isIgnored(path: string): boolean {
  const parts = path.split(sep);
  return parts.some((part) => ignoredFolders.has(part)) || ignoredFiles.test(parts.join('/'));
}

/** A run that a save overtook puts its trials away first. */
async function stopped(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
  await ended;
}
