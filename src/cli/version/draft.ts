import { relative } from 'node:path';
import { loadConfig } from '../../flows/load-config.ts';
import { draftFromPlan, type PlanDraft } from '../../flows/version/draft-from-plan.ts';
import { counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { Output } from '../terminal/terminal.ts';

export interface DraftCommandOptions {
  readonly from: string;
  readonly changes?: readonly string[];
  readonly branch?: string;
  readonly json?: boolean;
}

/** Drafts the version and says what a person has to do next. */
export async function runDraft(name: string, options: DraftCommandOptions, { terminal, invocation }: CommandContext): Promise<void> {
  const config = await loadConfig(invocation.directory);
  const { from, changes, branch, json } = options;
  const drafted = await draftFromPlan({
    ...{ config, from, name },
    ...(changes ? { ids: changes } : {}),
    ...(branch === undefined ? {} : { branch }),
  });
  const { changes: accepted, leftOut, ...rest } = drafted;
  if (json) {
    printJson({ kind: 'version-draft', version: name, from, ...rest, leftOut: leftOut.map(({ id }) => id) }, terminal.out);
    return;
  }
  for (const line of draftLines(drafted, { name, from }, terminal.out)) terminal.out.line(line);
}

function draftLines(
  { branch, commits, stubs, leftOut, doubt, patch }: PlanDraft,
  { name, from }: { readonly name: string; readonly from: string },
  output: Output,
): string[] {
  const width = Math.max(...commits.map(({ id }) => (id ?? '').length));
  return [
    '',
    ` ${output.style('bold', name)} begins as ${from} · ${counted(commits.length, 'commit')} on the branch ${plainLine(branch)}`,
    ...(doubt === undefined ? [] : [output.style('yellow', ` ! ${plainLine(doubt)}`)]),
    '',
    ...commits.map(
      ({ id = '', what, commit }) =>
        ` ${id.padEnd(width)}  ${output.style('dim', commit.slice(0, 9))}  ${plainLine(what)}${stubs.includes(id) ? output.style('yellow', ' (to be written)') : ''}`,
    ),
    ...leftOut.map(
      ({ id, what }) => ` ${id.padEnd(width)}  ${output.style('dim', 'left out ')}  ${plainLine(what)}: no version holds cases`,
    ),
    '',
    ` git switch ${plainLine(branch)}`,
    ...(stubs.length > 0
      ? [
          ` Write what stands behind each name to_be_written_… and <<TO WRITE …>>: until then the version does not load.`,
          ` git commit --fixup=<commit> keeps what you write with its change.`,
        ]
      : []),
    ` docket version try ${name} --against ${from}`,
    ...(patch === undefined ? [] : ['', ` ${plainLine(relative(process.cwd(), patch))}`]),
    '',
  ];
}
