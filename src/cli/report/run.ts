import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import { type ComparedReport, isCompared, reportSchema } from '../../contracts/verdict.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { reportFolder, writeReportsInto } from '../../flows/write-reports.ts';
import { mergeComparisons } from '../../reporters/merge.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { pageOf, shownPath } from '../command/report-files.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { openInBrowser } from '../terminal/open-in-browser.ts';
import { printJson } from '../terminal/plain-json.ts';
import { readingReport } from './comparison-file.ts';

/** Prints the path of the newest page, and opens it where a person looks on. */
export async function openReport({ json }: { readonly json?: boolean }, { terminal, invocation }: CommandContext): Promise<void> {
  const { root } = await loadConfig(invocation.directory);
  const pages = [
    ...(['verdict', 'comparison'] as const).map((kind) => join(reportFolder(root, kind), 'report.html')),
    join(root, 'reports', 'evaluation.html'),
  ]
    .filter((page) => existsSync(page))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  const [page] = pages;
  if (page === undefined)
    throw new DocketError(`There is no page below ${join(root, 'reports')} yet. Run docket eval, docket compare or docket gate first.`);
  if (json) {
    printJson({ kind: 'page', file: page }, terminal.out);
    return;
  }
  terminal.out.line(shownPath(page));
  if (terminal.out.live) await openInBrowser(page, terminal.environment);
}

/**
 * Joins comparisons and writes the result in every form.
 * @throws {DocketError} when a file is no comparison or they do not fit together
 */
export async function mergeReports(
  files: readonly string[],
  { output, json }: { readonly output: string; readonly json?: boolean },
  context: CommandContext,
): Promise<void> {
  const { terminal, invocation } = context;
  const at = (path: string) => resolve(invocation.directory, path);
  const interruption = onInterrupt();
  try {
    const turns = new Turns(interruption.signal);
    const reports: ComparedReport[] = [];
    for (const file of files) reports.push(await inTurns(readingComparison(at(file)), turns));
    const merged = mergeComparisons(reports);
    const written = await writeReportsInto(at(output), merged, undefined, turns);
    if (written.unwritten !== undefined) throw new DocketError(written.unwritten);
    if (json) printJson({ kind: 'merged-reports', reports: files.length, cases: merged.cases.length, files: written.files }, terminal.out);
    else terminal.out.line(`${counted(files.length, 'report')} merged, ${counted(merged.cases.length, 'case')}: ${pageOf(written.files)}`);
  } catch (error) {
    endInterrupted(error, context, ': what was not written yet stays as it was.');
  } finally {
    interruption.stop();
  }
}

/** Bytes of the largest file that is read whole; one as Docket wrote it may have any size. */
const mostWhole = 200_000_000;

function* readingComparison(file: string): Generator<void, ComparedReport> {
  let value: unknown;
  try {
    const report = yield* readingReport(file);
    if (report) return report;
    const { size } = statSync(file);
    if (size > mostWhole) throw tooLarge(file, size);
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(`${file}: cannot be read as JSON (${(cause as Error).message}). Name the comparison.json of a shard.`, { cause });
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) throw new DocketError(`${file}: ${whatCame(value, parsed.error)}. ${whatIsMerged}`);
  if (!isCompared(parsed.data))
    throw new DocketError(`${file}: an ${parsed.data.verdict} verdict without cases. Name the comparison.json of a shard.`);
  return parsed.data;
}

function tooLarge(file: string, size: number): DocketError {
  return new DocketError(
    `${file}: has ${count(Math.round(size / 1_000_000))} MB, and its lines are not those of a report that Docket wrote, so it would have to be read whole, which is done up to ${mostWhole / 1_000_000} MB. Name the comparison.json as docket compare wrote it, not formatted anew by another program.`,
  );
}

const whatIsMerged = 'Name the comparison.json that docket compare wrote for each shard.';

/** What a file is that is no report, in a reader's words. */
function whatCame(value: unknown, error: z.ZodError): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `holds ${Array.isArray(value) ? 'a list' : JSON.stringify(value)?.slice(0, 40)}, and no report`;
  const { kind, schemaVersion } = value as { readonly kind?: unknown; readonly schemaVersion?: unknown };
  if (kind === 'evaluation') return 'is an evaluation (docket eval), which is of one version at a time and cannot be merged';
  if (kind !== 'comparison' && kind !== 'verdict')
    return `is no report of Docket${typeof kind === 'string' ? ` (kind "${plainLine(kind.slice(0, 40))}")` : ''}`;
  if (schemaVersion !== 1)
    return `is a ${kind} of another version of Docket (schemaVersion ${plainLine(String(JSON.stringify(schemaVersion)).slice(0, 40))}, and this one reads 1): write it anew`;
  const [issue] = error.issues;
  return `is a ${kind} that was changed or cut: ${plainLine(issue?.path.join('.') || 'the whole')} is not what it was`;
}
