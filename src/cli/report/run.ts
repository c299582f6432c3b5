import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { type ComparedReport, isCompared, reportSchema } from '../../contracts/verdict.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { reportFolder, writeReportsInto } from '../../flows/write-reports.ts';
import { mergeComparisons } from '../../reporters/merge.ts';
import { counted } from '../../text/figures.ts';
import type { CommandContext } from '../command/command-context.ts';
import { pageOf, shownPath } from '../command/report-files.ts';
import { plainJson } from '../terminal/plain-json.ts';

/** Prints the path of the newest page, and opens it where a person looks on. */
export async function openReport({ json }: { readonly json?: boolean }, { terminal, invocation }: CommandContext): Promise<void> {
  const { root } = await loadConfig(invocation.directory);
  const pages = (['verdict', 'comparison'] as const)
    .map((kind) => join(reportFolder(root, kind), 'report.html'))
    .filter((page) => existsSync(page))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  const [page] = pages;
  if (page === undefined)
    throw new DocketError(`There is no page below ${join(root, 'reports')} yet. Run docket gate or docket compare first.`);
  if (json) {
    terminal.out.line(plainJson({ kind: 'page', file: page }));
    return;
  }
  terminal.out.line(shownPath(page));
  if (terminal.out.live) await showInBrowser(page, terminal.environment);
}

/** Starts the system's own opener and does not wait for it; where there is none, the printed path has to do. */
function showInBrowser(page: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const opener = openerFor(process.platform, environment);
  if (!opener) return Promise.resolve();
  const [command, ...words] = opener;
  return new Promise((done) => {
    const child = spawn(command, [...words, page], { stdio: 'ignore', detached: true });
    child.once('error', () => done());
    child.once('spawn', () => {
      child.unref();
      done();
    });
  });
}

function openerFor(platform: NodeJS.Platform, { DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): [string, ...string[]] | undefined {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['explorer'];
    default:
      return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
  }
}

/**
 * Joins comparisons and writes the result in every form.
 * @throws {DocketError} when a file is no comparison or they do not fit together
 */
export function mergeReports(
  files: readonly string[],
  { output, json }: { readonly output: string; readonly json?: boolean },
  { terminal, invocation }: CommandContext,
): void {
  const at = (path: string) => resolve(invocation.directory, path);
  const merged = mergeComparisons(files.map((file) => readComparison(at(file))));
  const written = writeReportsInto(at(output), merged);
  if (written.unwritten !== undefined) throw new DocketError(written.unwritten);
  const { files: reports } = written;
  if (json) terminal.out.line(plainJson({ kind: 'merged-reports', reports: files.length, cases: merged.cases.length, files: reports }));
  else terminal.out.line(`${counted(files.length, 'report')} merged, ${counted(merged.cases.length, 'case')}: ${pageOf(reports)}`);
}

function readComparison(file: string): ComparedReport {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DocketError(`${file}: cannot be read as JSON (${(cause as Error).message}). Name the comparison.json of a shard.`, { cause });
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success)
    throw new DocketError(`${file}: not a report that this version of Docket can read.\n${z.prettifyError(parsed.error)}`);
  if (!isCompared(parsed.data))
    throw new DocketError(`${file}: an ${parsed.data.verdict} verdict without cases. Name the comparison.json of a shard.`);
  return parsed.data;
}
