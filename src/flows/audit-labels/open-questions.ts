import { join } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import type { LabelSuspect } from '../../review/label-suspect.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { textOf } from '../cases/save-changes.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openTrialsIfThere } from '../open-trials.ts';
import { type PreparedVersion, prepareInEveryMode } from '../session.ts';
import { auditProject, type LabelAudit } from './index.ts';

/** A label about which a person has to say something: one that the audit accuses, or a dispute that is open. */
export interface OpenQuestion {
  readonly loaded: LoadedCase;
  /** Hash of the case's file. */
  readonly hash: string;
  readonly suspect?: LabelSuspect;
}

/** Audits the project as it stands, stored trials included. @throws {DocketError} for faulty cases */
export async function auditWithTrials(config: LoadedConfig, series: string, onDamage: (message: string) => void): Promise<LabelAudit> {
  const store = await openTrialsIfThere(config, { onDamage });
  try {
    return await auditProject({ config, series, ...(store ? { store, witnesses: await witnessesOf(config) } : {}) });
  } finally {
    await store?.close();
  }
}

/** What is open about the labels, in the order of the cases. */
export async function openQuestions(
  config: LoadedConfig,
): Promise<{ readonly questions: readonly OpenQuestion[]; readonly cases: number }> {
  const { cases, suspects } = await auditWithTrials(config, 'eval', () => {});
  const questions = cases.flatMap((loaded): OpenQuestion[] => {
    const { id, dispute } = loaded.case;
    const suspect = suspects.find(({ caseId }) => caseId === id);
    const text = textOf(join(config.cases, `${id}.json`));
    if (text === null || !(suspect || (dispute && !dispute.resolution))) return [];
    return [{ loaded, hash: sha256(text), ...(suspect ? { suspect } : {}) }];
  });
  return { questions, cases: cases.length };
}

/** The configured versions as each model mode knows them; what a real model said counts before what the simulated one did. */
function witnessesOf(config: LoadedConfig): Promise<PreparedVersion[][]> {
  const { current, versions = [current] } = config;
  const names = [...new Set([current, ...versions])];
  return prepareInEveryMode(config, names);
}
