import { AppProject } from '../../app/app-project.ts';
import { serveApp } from '../../app/app-server.ts';
import { findConfig } from '../../flows/find-config.ts';
import { missingConfig } from '../../flows/load-config.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';
import { openInBrowser } from '../terminal/open-in-browser.ts';
import { servedLines } from './view.ts';

export interface UiOptions {
  readonly port: number;
  readonly open: boolean;
  readonly write?: boolean;
}

/** Serves until somebody ends it. */
export async function runUi({ port, open, write = false }: UiOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  if (findConfig(invocation.directory) === undefined) throw missingConfig(invocation.directory);
  const { out, environment } = terminal;
  const project = new AppProject({ directory: invocation.directory, environment, canWrite: write });
  const interruption = onInterrupt();
  const ended = new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    const served = await serveApp(project, { port });
    for (const line of servedLines(served.url, project)) out.line(line);
    if (open && out.live) await openInBrowser(served.url, environment);
    await ended;
    await served.close();
    exit(endedBy(interruption.signal));
  } finally {
    interruption.stop();
  }
}
