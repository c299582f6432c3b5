import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Notice } from '../../contracts/notice.ts';
import { count, counted } from '../../text/figures.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { PreparedVersion } from '../session.ts';

/** Fields of main's decision: whoever is compared with it is judged by them too, or leaving one out would be a way to pass. */
export function owedFields({ version }: PreparedVersion): string[] {
  return [...decisionFieldsOf(version.toolVariant.decisionJsonSchema).keys()];
}

/** What a reader must know where the two decisions have not the same fields. */
export function decisionNotices(main: PreparedVersion, candidate: PreparedVersion, cases: readonly LoadedCase[]): Notice[] {
  const [before, after] = [owedFields(main), owedFields(candidate)];
  const lost = before.filter((field) => !after.includes(field));
  const added = after.filter((field) => !before.includes(field));
  return [...lost.map((field) => lostNotice(field, cases)), ...added.flatMap((field) => addedNotice(field, cases))];
}

function lostNotice(field: string, cases: readonly LoadedCase[]): Notice {
  const labelled = casesNaming(field, cases);
  const judged =
    labelled === 0
      ? 'No label names it, so no trial is judged by it: check whether anything depends on it.'
      : `${count(labelled)} of ${counted(cases.length, 'label')} name it; in those cases a decision without it fails (missing-field).`;
  return { kind: 'decision-changed', message: `The decision no longer has the field ${field}, which main's has. ${judged}` };
}

function addedNotice(field: string, cases: readonly LoadedCase[]): Notice[] {
  const labelled = casesNaming(field, cases);
  if (labelled === 0) return [];
  return [
    {
      kind: 'decision-changed',
      message: `The decision has a new field ${field}, which ${count(labelled)} of ${counted(cases.length, 'label')} name; main's does not have it, so only the candidate is judged by it.`,
    },
  ];
}

function casesNaming(field: string, cases: readonly LoadedCase[]): number {
  return cases.filter(({ case: { label } }) => Object.hasOwn(label.decision, field)).length;
}
