import { isIPv6 } from 'node:net';
import { AppProject } from '../../app/app-project.ts';
import { serveApp } from '../../app/app-server.ts';
import { ReviewProcess } from '../../app/review-process.ts';
import { headerName, reviewerName, trustedAddresses, type WhoReviews } from '../../app/who-reviews.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { findConfig, projectRoot } from '../../flows/find-config.ts';
import { tryGit } from '../../flows/git.ts';
import { missingConfig } from '../../flows/load-config.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';
import { openInBrowser } from '../terminal/open-in-browser.ts';
import { printJson } from '../terminal/plain-json.ts';
import { servedLines } from './view.ts';

export interface UiOptions {
  readonly port: number;
  readonly open: boolean;
  readonly write?: boolean;
  readonly reviewer?: string;
  readonly reviewerHeader?: string;
  readonly trustProxy?: readonly string[];
  readonly hostName?: readonly string[];
  readonly listen?: string;
  readonly json?: boolean;
}

/** Serves until somebody ends it. */
export async function runUi(options: UiOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  const { port, open, write = false, listen } = options;
  if (findConfig(invocation.directory) === undefined) throw missingConfig(invocation.directory);
  const { out, environment } = terminal;
  const hostNames = [
    ...(options.hostName ?? []).map(hostName),
    ...(listen === undefined || isEveryAddress(listen) ? [] : [isIPv6(listen) ? `[${listen}]` : listen.toLowerCase()]),
  ];
  const whoReviews = await whoReviewsBy(options, invocation.directory);
  const { directory } = invocation;
  const reviews = new ReviewProcess({ directory, environment });
  const warn = (message: string) => terminal.note.line(terminal.note.style('yellow', plainLine(message)));
  const project = new AppProject({ directory, environment, canWrite: write, whoReviews, hostNames, reviews, warn });
  const interruption = onInterrupt({ isUnread: true });
  const ended = new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    const served = await serveApp(project, { port, ...(listen === undefined ? {} : { address: listen }) });
    project.fetchTeamRuns();
    if (options.json) printJson({ kind: 'served-app', url: served.url, canWrite: write }, out);
    else for (const line of servedLines(served.url, project)) out.line(line);
    if (open && !options.json && out.live) await openInBrowser(served.url, environment);
    await ended;
    await served.close();
    exit(endedBy(interruption.signal));
  } finally {
    interruption.stop();
  }
}

/** @throws {DocketError} for options that say nothing together */
async function whoReviewsBy({ write, reviewer, reviewerHeader, trustProxy }: UiOptions, directory: string): Promise<WhoReviews> {
  if ((reviewerHeader === undefined) !== (trustProxy === undefined))
    throw new DocketError(
      '--reviewer-header and --trust-proxy go together: a header is believed only from addresses that are named. Example: --reviewer-header X-Forwarded-Email --trust-proxy 127.0.0.1',
    );
  if (!write && (reviewer !== undefined || reviewerHeader !== undefined))
    throw new DocketError('Nobody reviews where nothing may be changed: add --write, or leave out who reviews.');
  if (reviewerHeader !== undefined)
    return { kind: 'header', header: headerName(reviewerHeader), trusted: trustedAddresses(trustProxy ?? []) };
  if (!write) return { kind: 'nobody' };
  const name = reviewer ?? (await tryGit(projectRoot(directory), 'config', 'user.name'));
  return name ? { kind: 'named', name: reviewerName(name) } : { kind: 'nobody' };
}

/** @throws {DocketError} for what cannot stand in an address */
function hostName(text: string): string {
  const name = text.toLowerCase();
  if (/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) return name;
  throw new DocketError(
    `--host-name: "${text}" is no name of a host. Expected, for example, docket.example.org: without https:// and without a port.`,
  );
}

function isEveryAddress(address: string): boolean {
  return ['0.0.0.0', '::'].includes(address);
}
