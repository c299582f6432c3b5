import { join } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type Change, type ImprovementPlan, improvementPlanSchema } from '../../contracts/improvement-plan.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareInEveryMode } from '../session.ts';

const file = 'reports/improvement-plan.json';

/** The changes of a plan that were accepted, and what else of it a draft keeps. */
export interface AcceptedPlan {
  readonly changes: readonly Change[];
  /** Changes that no version can hold, which nobody named: cases. */
  readonly leftOut: readonly Change[];
  readonly fingerprints: readonly string[];
  readonly known: readonly string[];
  /** What a person should know of it; absent where all is well. */
  readonly doubt?: string;
}

/**
 * Reads the plan for a version, as `docket improve` wrote it or a person edited it.
 * @param ids of the accepted changes; all that a version can hold when not given
 * @throws {DocketError} for no plan, one of another version, one older than the sources, an unknown change
 */
export async function readPlan(config: LoadedConfig, from: string, ids: readonly string[] | undefined): Promise<AcceptedPlan> {
  const plan = readPlanFile(config.root);
  const { name, fingerprints } = plan.version;
  const write = `docket improve --from-trials --version ${from}`;
  if (plan.agent !== config.agent.name)
    throw new DocketError(
      `${file} is for the agent "${plainLine(plan.agent)}", and this one is "${config.agent.name}". Write one for it: ${write}.`,
    );
  if (name !== from)
    throw new DocketError(
      `${file} is a plan for version ${plainLine(name)}, not for ${from}. Begin with that one (--from ${plainLine(name)}), or write a plan for ${from}: ${write}.`,
    );
  const now = new Set((await prepareInEveryMode(config, [from])).flat().map(({ identity }) => identity.fingerprint));
  if (fingerprints.length > 0 && !fingerprints.some((each) => now.has(each)))
    throw new DocketError(
      `${file} was made from runs of ${from} as it was, and its sources have changed since: its changes may not fit any more. Run it as it is now (docket eval --versions ${from}), and write the plan anew: ${write}.`,
    );
  const accepted = ids === undefined ? plan.changes : ids.map((id) => changeNamed(plan, id));
  const changes = accepted.filter(({ group }) => ids !== undefined || group !== 'cases');
  if (changes.length === 0)
    throw new DocketError(`${file} proposes no change of ${from} that a version could hold, so there is nothing to draft.`);
  return {
    changes,
    leftOut: accepted.filter((change) => !changes.includes(change)),
    fingerprints,
    known: [...new Set([...plan.problems.map(({ id }) => id), ...plan.context.findings.map(({ code }) => code)])],
    ...(fingerprints.length === 0
      ? {
          doubt: `The runs of the plan name no version, so nobody can say whether ${from} is still what they were of. Look at each change.`,
        }
      : {}),
  };
}

function readPlanFile(root: string): ImprovementPlan {
  const read = readCheckoutFile(join(root, file), repositoryAround(root));
  if ('fault' in read) {
    throw new DocketError(
      read.missing
        ? `There is no plan (${file}). Write one: docket improve, or docket improve --from-trials --version <name>.`
        : `${file} ${read.fault}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch (cause) {
    throw new DocketError(`${file} is not JSON (${plainText((cause as Error).message)}). Write it anew: docket improve.`, { cause });
  }
  const parsed = improvementPlanSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DocketError(
    `${file} is no improvement plan:\n${plainText(z.prettifyError(parsed.error)).slice(0, 1500)}\nWrite it anew: docket improve.`,
  );
}

function changeNamed({ changes }: ImprovementPlan, id: string): Change {
  const found = changes.filter((change) => change.id === id);
  const [one] = found;
  if (found.length === 1 && one) return one;
  const ids = changes.map((change) => change.id);
  throw new DocketError(
    one
      ? `${file} has ${found.length} changes ${plainLine(id)}, so it is not known which one was accepted. Give each an id of its own.`
      : `${file} has no change "${plainLine(id)}".${didYouMean(id, ids)}`,
  );
}
