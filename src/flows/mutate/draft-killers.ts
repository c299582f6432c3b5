import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { type Draft, draftSchema } from '../../contracts/draft.ts';
import type { MutantResult } from '../../contracts/mutation.ts';
import { normalisedInputHash } from '../../review/normalise-input.ts';
import { loadCases } from '../cases/load-cases.ts';
import { saveChanges } from '../cases/save-changes.ts';
import { draftFile, readDrafts } from '../promote/draft-files.ts';
import type { Session } from '../session.ts';

/**
 * Drafts a case of each input that would kill a survivor, for a person to label; an input that a case or a draft has already is left out. Neither the
 * fault nor the policy's decision is in a draft: a review is blind.
 * @returns the files that were written
 */
export function draftKillers({ config, agent, clock }: Session, mutants: readonly MutantResult[]): readonly string[] {
  const known = new Set([
    ...loadCases(config.cases, agent).map(({ input }) => normalisedInputHash(input)),
    ...readDrafts(config.cases).map(({ input }) => normalisedInputHash(input)),
  ]);
  const drafts: Draft[] = [];
  for (const { killer } of mutants) {
    if (!killer?.kills) continue;
    const hash = normalisedInputHash(killer.input);
    if (known.has(hash)) continue;
    known.add(hash);
    const id = `mutation-${hash.slice(0, 12)}`;
    drafts.push(
      draftSchema.parse({
        id,
        imported: {
          kind: 'imported',
          format: 'docket mutate',
          file: 'reports/mutation.json',
          row: id,
          content: sha256(canonicalJson(killer.input)),
        },
        title: 'An input that no case covers',
        input: killer.input,
        missing: [],
        clusterSize: 1,
        redacted: [],
        equivalence: { policy: 'not-checked', agent: 'not-checked' },
        draftedOn: clock.date().toISOString().slice(0, 10),
        proposals: [],
      }),
    );
  }
  const files = drafts.map(({ id }) => draftFile(config.cases, id));
  saveChanges(drafts.map((draft, index) => ({ file: files[index] ?? '', text: `${JSON.stringify(draft, null, 2)}\n`, from: null })));
  return files;
}
