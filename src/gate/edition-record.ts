import { z } from 'zod';

const textSchema = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u);

/** An edition that ended with evidence against a case. */
const accusingEditionSchema = z.strictObject({
  /** Fingerprint of the version that was on trial. */
  version: textSchema,
  /** Its runs of the case. */
  runs: z.int().nonnegative(),
});

/** What the editions of one head branch are accused of. */
export const editionRecordSchema = z.strictObject({
  agent: textSchema,
  mode: textSchema,
  branch: textSchema,
  cases: z.array(z.strictObject({ id: textSchema, editions: z.array(accusingEditionSchema).min(1).max(10_000) })).max(10_000),
});
export type EditionRecord = z.output<typeof editionRecordSchema>;

/** Whose editions they are: a simulated model's are no evidence against a live one's. */
export type Edited = Pick<EditionRecord, 'agent' | 'mode' | 'branch'>;

/** True for two records of one head branch. */
export function isSameChange(one: Edited, other: Edited): boolean {
  return one.agent === other.agent && one.mode === other.mode && one.branch === other.branch;
}

/** All that two records of one head branch hold. Where both know an edition, the larger number of runs stands. */
export function joined(one: EditionRecord, other: EditionRecord): EditionRecord {
  const cases = new Map(one.cases.map(({ id, editions }) => [id, new Map(editions.map((edition) => [edition.version, edition]))]));
  for (const { id, editions } of other.cases) {
    const known = cases.get(id) ?? new Map<string, (typeof editions)[number]>();
    for (const edition of editions) {
      const { runs = 0 } = known.get(edition.version) ?? {};
      known.set(edition.version, { version: edition.version, runs: Math.max(runs, edition.runs) });
    }
    cases.set(id, known);
  }
  return { ...one, cases: [...cases].map(([id, editions]) => ({ id, editions: [...editions.values()] })) };
}

/**
 * How many editions before this one were accused of each case. This one's own accusation counts where its trials are lost: otherwise they are
 * stored, and the same verdict comes of them again.
 * @param storedRuns this version's trials of a case that are stored
 */
export function earlierAccusations(
  { cases }: EditionRecord,
  version: string,
  storedRuns: (caseId: string) => number,
): ReadonlyMap<string, number> {
  return new Map(
    cases.map(({ id, editions }) => [
      id,
      editions.filter((edition) => edition.version !== version || storedRuns(id) < edition.runs).length,
    ]),
  );
}

/** How an edition ended. */
export interface EditionEnd {
  /** The cases that were run. */
  readonly judged: ReadonlySet<string>;
  /** Those that it is accused of, with the candidate's runs of them. */
  readonly accused: ReadonlyMap<string, number>;
}

/** The record after a further edition: what was run and is not accused is cleared, what was not run is remembered. */
export function afterEdition(record: EditionRecord, version: string, { judged, accused }: EditionEnd): EditionRecord {
  const kept = record.cases.filter(({ id }) => accused.has(id) || !judged.has(id));
  const added = [...accused].map(([id, runs]) => ({ id, editions: [{ version, runs }] }));
  return joined({ ...record, cases: kept }, { ...record, cases: added });
}
