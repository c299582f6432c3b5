import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../../contracts/canonical-json.ts';
import type { JsonValue } from '../../../contracts/json.ts';
import type { GateArm } from '../3-run-rounds.ts';
import { textOf, topFolder } from '../changed-files.ts';
import type { Arm } from '../ledger.ts';

/**
 * Those of the changed files that hold no part of either version. Prompts and JSON are counted by what the model sees of them, and not by their
 * files: such a file is known by its content.
 * @param paths below the repository's top folder
 */
export async function withoutParts(paths: readonly string[], arms: Readonly<Record<Arm, GateArm>>): Promise<string[]> {
  if (paths.length === 0) return [];
  const [baseline, candidate] = [await sideOf(arms.baseline), await sideOf(arms.candidate)];
  return paths.filter((path) => !(baseline.explains(path) && candidate.explains(path)));
}

/** The text of a changed file on one side; undefined where there is none. */
export async function changedText(path: string, arm: GateArm): Promise<string | undefined> {
  return textOf(join(await topOf(arm), path));
}

async function sideOf(arm: GateArm): Promise<{ explains(path: string): boolean }> {
  const top = await topOf(arm);
  const { prompts, toolVariants } = arm.config.agent;
  const texts = new Set(Object.values(prompts).map((text) => text.trim()));
  const values = Object.values(toolVariants).flatMap(({ definitions, decisionJsonSchema }) => [...definitions, decisionJsonSchema]);
  const json = new Set(values.map((value) => canonicalJson(value as unknown as JsonValue)));
  return {
    explains(path) {
      const text = textOf(join(top, path));
      return text === undefined || texts.has(text.trim()) || json.has(canonicalOf(text) ?? '');
    },
  };
}

/** The top of main's checkout lies as far above its configuration as the candidate's does: both are work trees of one repository. */
async function topOf({ config }: GateArm): Promise<string> {
  return topFolder(realpathSync(config.root));
}

function canonicalOf(text: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}
