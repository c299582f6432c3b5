import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { installedAt } from '../../agent/closure/installed-package.ts';
import { filePath } from '../../agent/source-closure.ts';
import { liesWithin } from '../../contracts/checkout-file.ts';
import type { DescribedAgent, DescribedVersion } from '../../contracts/described-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { DescribedConfig } from '../described-config.ts';
import { pathBelow } from './changed-files.ts';

/** One side, as its worker tells it, and the top folder of its checkout. */
export interface ToldSide {
  readonly config: DescribedConfig;
  readonly version: DescribedVersion;
  readonly top: string;
}

/**
 * Holds what the candidate's worker says of its files to where they lie. What is in them is read here, and not told; so a worker could only name others.
 * What a prompt or a setting is, no file says for sure: there its model calls are held to what it said.
 * @throws {DocketError} when it names files of main's checkout as its own, or another Docket than main's for the one that runs it
 */
export function requireOwnFiles(candidate: ToldSide, main: ToldSide): void {
  const foreign = toldFiles(candidate).find(([, file]) => liesWithin(realPlace(file), main.top));
  if (foreign) {
    throw new DocketError(
      `The candidate says that ${foreign[0]} comes from ${foreign[1]}, which is a file of main's checkout. Nothing is known of its own then; give import.meta.url as "source".`,
    );
  }
  const [here, there] = [docketPlace(candidate), docketPlace(main)];
  // One that is older does not tell.
  if (here === undefined || there === undefined || here === there) return;
  throw new DocketError(
    `The candidate is run by Docket from ${here}, main from ${there}. What runs the trials must be in one place on both sides: move it in a pull request that leaves the agent alone.`,
  );
}

/** Every file that a worker names, with what it is for. */
function toldFiles({ config: { agent }, version }: ToldSide): [string, string][] {
  const variants = [...Object.values(agent.toolVariants), version.toolVariant];
  const tools = variants.flatMap((variant) => variant.tools);
  const named: [string, string | undefined][] = [
    ...tools.map(({ name, source }): [string, string] => [`the tool "${name}"`, source]),
    ['the user message', agent.userMessage.source],
    ...variants.map(({ userMessage }): [string, string | undefined] => ['the user message', userMessage?.source]),
    ['the simulated model', agent.simulator?.source],
    ['the list of scorers', agent.scorersSource],
    ['Docket', agent.docket],
  ];
  return named.flatMap(([what, source]): [string, string][] => (source === undefined ? [] : [[what, filePath(source)]]));
}

/** The package, the place in the repository, or the folder outside of both. */
function docketPlace({
  config: { agent },
  top,
}: {
  readonly config: { readonly agent: DescribedAgent };
  readonly top: string;
}): string | undefined {
  if (agent.docket === undefined) return undefined;
  const file = realPlace(filePath(agent.docket));
  const folder = dirname(file);
  return installedAt(file)?.name ?? pathBelow(realPlace(top), folder) ?? folder;
}

function realPlace(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
