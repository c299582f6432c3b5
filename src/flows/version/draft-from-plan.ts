import type { Change } from '../../contracts/improvement-plan.ts';
import type { LoadedConfig } from '../load-config.ts';
import { readPlan } from './1-read-plan.ts';
import { checkNames, type DraftedVersion, draftVersion } from './2-draft-version.ts';
import { changeOfPlan } from './version-change.ts';

export interface PlanDraftRequest {
  readonly config: LoadedConfig;
  readonly from: string;
  readonly name: string;
  /** Ids of the accepted changes; all that a version can hold when not given. */
  readonly ids?: readonly string[];
  readonly branch?: string;
}

export interface PlanDraft extends DraftedVersion {
  readonly changes: readonly Change[];
  readonly leftOut: readonly Change[];
  readonly doubt?: string;
}

/**
 * Drafts the next version from the accepted changes of the plan.
 * @throws {DocketError} as readPlan and draftVersion do; nothing is written then
 */
export async function draftFromPlan({ config, from, name, ids, branch }: PlanDraftRequest): Promise<PlanDraft> {
  checkNames(config, from, name);
  const { changes, leftOut, doubt, ...seen } = await readPlan(config, from, ids);
  const drafted = await draftVersion({
    ...{ config, from, name, changes: changes.map(changeOfPlan) },
    seen: { fingerprints: [...seen.fingerprints], known: [...seen.known] },
    ...(branch === undefined ? {} : { branch }),
  });
  return { ...drafted, changes, leftOut, ...(doubt === undefined ? {} : { doubt }) };
}
