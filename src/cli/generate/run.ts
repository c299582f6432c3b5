import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { variantsBelow, variantTypes } from '../../flows/variant-types/index.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';

export interface GenerateOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Writes the types of each variant, or says which are old. */
export async function runGenerate(
  folders: readonly string[],
  { check = false, json }: GenerateOptions,
  { terminal: { out }, invocation: { directory }, exit }: CommandContext,
): Promise<void> {
  const wanted = folders.length > 0 ? folders.map((folder) => resolve(directory, folder)) : variantsBelow(directory);
  if (wanted.length === 0)
    throw new DocketError(
      'There is no tool variant here. A variant is a folder with decision.json and tools/*.json; agents that answer by themselves have none.',
    );
  const files = (await variantTypes(wanted)).map(({ file, text }) => {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    const path = relative(directory, file);
    if (before === text) return { path, done: 'as-it-is' as const };
    if (before !== undefined && !before.startsWith('/* Generated from'))
      throw new DocketError(`${path} is there and was not generated. Move it away; it is not replaced.`);
    if (!check) writeFileSync(file, text);
    return { path, done: check ? ('old' as const) : ('written' as const) };
  });
  if (json) printJson({ kind: 'generate', files }, out);
  else
    for (const { path, done } of files)
      out.line(`${done === 'old' ? out.style('red', '✗') : out.style('green', '✓')} ${plainLine(path)}: ${words[done]}`);
  if (files.some(({ done }) => done === 'old')) exit(exitCodes.regressed);
}

const words = { 'as-it-is': 'as it is', written: 'written', old: "is not what the tools' JSON says; run docket generate" } as const;
