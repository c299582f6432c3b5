import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { factorPaths } from '../../../agent/factor-files.ts';
import { versionClosure } from '../../../agent/fingerprint.ts';
import { readPaths } from '../../../agent/read-files.ts';
import type { Part } from '../../../contracts/attribution.ts';
import type { GateArm } from '../3-run-rounds.ts';
import { type ChangedFiles, pathBelow, topFolder } from '../changed-files.ts';
import type { Arm } from '../ledger.ts';
import { isManifest } from '../manifest-files.ts';

/** The changed files of an agent that answers by itself, below the repository's top folder: each in one part. */
export interface FilesOfParts {
  readonly files: ReadonlyMap<Part, readonly string[]>;
  /** Which packages the code needs: they go with whatever changed code is the candidate's. */
  readonly manifests: readonly string[];
  /** Parts that no checkout can have of the other side: files that the versions name otherwise and that both have, an address. */
  readonly apart: readonly Part[];
}

/** Text that no program runs. */
const noCode = /^\.(?:md|mdx|txt|rst|adoc|html?|css|json[c5l]?|ya?ml|toml|csv|tsv|xml|j2|jinja2?|prompt|tmpl|mustache|hbs)$/;

/**
 * Puts each changed file on which answers may depend into a part: a factor that a version names, `reads`, and `rest`. Where a version names no
 * files, the code of a function is `code`.
 * @param unlisted what no part counts, by git
 */
export async function filesOfParts(
  arms: Readonly<Record<Arm, GateArm>>,
  { top, paths }: ChangedFiles,
  unlisted: readonly string[],
): Promise<Omit<FilesOfParts, 'apart'>> {
  const sides = [await sideOf(arms.candidate, top), await sideOf(arms.baseline, await topFolder(realpathSync(arms.baseline.config.root)))];
  const others = new Set(unlisted);
  const named = paths.flatMap((path): [Part, string][] => {
    const part = sides.map((side) => side.get(path)).find((each) => each !== undefined) ?? (others.has(path) ? 'rest' : undefined);
    return part === undefined ? [] : [[part, path]];
  });
  const goesAlong = ([part, path]: readonly [Part, string]) => (part === 'rest' || part === 'code' || part === 'tools') && isManifest(path);
  const own = named.filter((each) => !goesAlong(each));
  // Without changed code they are a change of their own.
  const needed = own.some(([, path]) => !noCode.test(extname(path)));
  const files = new Map<Part, string[]>();
  for (const [part, path] of needed ? own : named) files.set(part, [...(files.get(part) ?? []), path]);
  return { files, manifests: needed ? named.filter(goesAlong).map(([, path]) => path) : [] };
}

/** True for a part whose changed files hold a program. */
export function holdsCode(paths: readonly string[]): boolean {
  return paths.some((path) => !noCode.test(extname(path)));
}

/** The part of each file that one side counts; what a version names goes before what its code loads. */
async function sideOf({ config: { agent }, prepared: { version }, session }: GateArm, top: string): Promise<ReadonlyMap<string, Part>> {
  const side = new Map<string, Part>();
  const add = (part: Part, files: Iterable<string>) => {
    for (const file of files) {
      // A link, and what is behind it.
      for (const path of [pathBelow(top, join(realpathSync(dirname(file)), basename(file))), pathBelow(top, realpathSync(file))])
        if (path !== undefined && !side.has(path)) side.set(path, part);
    }
  };
  const named = await factorPaths(agent, version.factors);
  for (const [part, files] of named) add(part, files);
  add('reads', readPaths(agent));
  const code = await versionClosure(agent, version, session);
  add(named.size > 0 || agent.own?.kind !== 'function' ? 'rest' : 'code', code.files.keys());
  return side;
}
