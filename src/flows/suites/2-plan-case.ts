import type { Case, ImportedOrigin, ImportNote } from '../../contracts/case.ts';
import type { Draft } from '../../contracts/draft.ts';
import { type ContentChange, contentChanges, contentHash, contentOf, type RowContent } from '../../suites/row-content.ts';
import type { NamedRow } from './1-survey-rows.ts';
import type { Existing } from './existing-cases.ts';

/** What becomes of a row. */
export type RowPlan =
  | {
      readonly kind: 'new' | 'changed' | 'reviewed';
      readonly case: Case;
      readonly changes: readonly ContentChange[];
      readonly removes?: string;
      readonly file?: string;
    }
  | { readonly kind: 'drafted'; readonly draft: Draft; readonly isNew: boolean; readonly changes: readonly ContentChange[] }
  | { readonly kind: 'unchanged'; readonly unreviewed: boolean }
  | { readonly kind: 'conflict'; readonly name: string; readonly reason: string; readonly changes: readonly ContentChange[] };

/** Where the rows come from, and who stands behind their labels. */
export interface ImportTerms {
  readonly format: string;
  readonly file: string;
  readonly today: string;
  /** A person who vouches for every label of the file. */
  readonly reviewer?: string;
}

/** Decides what becomes of a row beside what is there already. Nothing that a person reviewed or edited is ever changed. */
export function planRow(row: NamedRow, existing: Existing | undefined, terms: ImportTerms): RowPlan {
  const { name, content } = row;
  const wantsDraft = content.decision === undefined || row.unfinished;
  if (!existing)
    return wantsDraft
      ? { kind: 'drafted', draft: draftOf(row, terms), isNew: true, changes: [] }
      : { kind: 'new', case: caseOf(row, terms), changes: [] };
  const conflict = (reason: string, changes: readonly ContentChange[] = []): RowPlan => ({ kind: 'conflict', name, reason, changes });
  if (existing.kind === 'other') return conflict(`${name}.json is there and holds no case that can be read (docket cases lint)`);
  if (existing.kind === 'draft') return planBesideDraft(row, existing.draft, existing.file, wantsDraft, terms, conflict);
  const found = existing.case;
  const before = contentOf(found);
  const { origin } = found;
  const changes = contentChanges(before, content);
  if (changes.length === 0 || (origin.kind === 'imported' && origin.content === contentHash(content))) {
    const vouched =
      terms.reviewer !== undefined && changes.length === 0 && isUnreviewed(found) && origin.kind === 'imported' && !wantsDraft;
    if (vouched && !found.critical)
      return {
        kind: 'reviewed',
        case: { ...found, label: { ...found.label, ...labelOf(content, terms) } },
        changes: [],
        file: existing.file,
      };
    const moved = origin.kind === 'imported' && isUnreviewed(found) && origin.file === terms.file && !sameNotes(origin.notes, notesOf(row));
    if (moved && changes.length === 0)
      return {
        kind: 'changed',
        case: { ...found, origin: originOf(row, terms) },
        changes: [{ field: 'origin.notes' }],
        file: existing.file,
      };
    return { kind: 'unchanged', unreviewed: isUnreviewed(found) };
  }
  if (origin.kind !== 'imported')
    return conflict('a case of that name is there, which was not imported; give the row another id, or use --prefix', changes);
  if (origin.file !== terms.file)
    return conflict(
      `a case of that name was imported from ${origin.file}; use --prefix if the rows have nothing to do with each other`,
      changes,
    );
  if (!isUnreviewed(found))
    return conflict('a person has reviewed the case meanwhile; change it by hand, or remove its file and import again', changes);
  if (contentHash(before) !== origin.content)
    return conflict('the case was edited here meanwhile; change it by hand, or remove its file and import again', changes);
  if (wantsDraft) return conflict('the row has no label any more', changes);
  return { kind: 'changed', case: changedCase(found, row, terms), changes, file: existing.file };
}

function planBesideDraft(
  row: NamedRow,
  draft: Draft,
  file: string,
  wantsDraft: boolean,
  terms: ImportTerms,
  conflict: (reason: string, changes?: readonly ContentChange[]) => RowPlan,
): RowPlan {
  const { imported } = draft;
  if (!imported) return conflict('a draft of that name is there, which was not imported');
  if (imported.content === contentHash(row.content)) return { kind: 'unchanged', unreviewed: false };
  const { decision: _, ...content } = row.content;
  const before: RowContent = { title: draft.title, input: draft.input };
  const changes = contentChanges(before, content);
  if (imported.file !== terms.file) return conflict(`a draft of that name was imported from ${imported.file}; use --prefix`, changes);
  if (draft.discarded) return conflict('its draft was discarded', changes);
  if (draft.proposals.some(({ reviewers }) => reviewers.length > 0)) return conflict('a person has begun to review its draft', changes);
  if (wantsDraft) return { kind: 'drafted', draft: { ...draftOf(row, terms), id: draft.id }, isNew: false, changes };
  return { kind: 'changed', case: caseOf(row, terms), changes, removes: file };
}

function isUnreviewed({ label, dispute }: Case): boolean {
  return label.reviewers.length === 0 && dispute === undefined;
}

function caseOf(row: NamedRow, terms: ImportTerms): Case {
  const { title, input, tags, critical } = row.content;
  return {
    id: row.name,
    title,
    input,
    label: labelOf(row.content, terms),
    origin: originOf(row, terms),
    ...(critical ? { critical } : {}),
    ...(tags ? { tags: [...tags] } : {}),
  };
}

/** What the row says anew; everything else of the case stays. */
function changedCase(found: Case, row: NamedRow, terms: ImportTerms): Case {
  const { critical: _, tags: __, ...rest } = found;
  const { id: ___, ...fresh } = caseOf(row, terms);
  return { ...rest, ...fresh, label: { ...found.label, ...fresh.label } };
}

/** One person's word for a whole file is none for a critical case, which two people look at one by one. */
function labelOf({ decision = {}, critical }: RowContent, { file, reviewer, today }: ImportTerms): Case['label'] {
  const vouched = reviewer !== undefined && !critical;
  return {
    decision,
    source: 'imported',
    rationale: vouched ? `As ${file} expects it; ${reviewer} vouches for the labels of that file.` : `As ${file} expects it.`,
    reviewers: vouched ? [{ kind: 'human', name: reviewer, reviewedOn: today }] : [],
  };
}

function draftOf(row: NamedRow, terms: ImportTerms): Draft {
  const { title, input, decision, critical } = row.content;
  return {
    id: row.name,
    imported: originOf(row, terms),
    title,
    input,
    missing: [],
    clusterSize: 1,
    redacted: [],
    equivalence: { policy: 'not-checked', agent: 'not-checked' },
    draftedOn: terms.today,
    proposals: decision ? [labelOf({ ...row.content }, { format: terms.format, file: terms.file, today: terms.today })] : [],
    ...(critical ? { critical } : {}),
  };
}

function originOf(row: NamedRow, { format, file }: ImportTerms): ImportedOrigin {
  const notes = notesOf(row);
  return { kind: 'imported', format, file, row: row.name, content: contentHash(row.content), ...(notes.length > 0 ? { notes } : {}) };
}

function notesOf({ notes }: NamedRow): ImportNote[] {
  return notes.map(({ line, what, value, file }) => ({
    line,
    what: file === undefined ? what : `${what} (${file})`,
    ...(value === undefined ? {} : { value }),
  }));
}

/** A row that only stands on another line is the same row. */
function sameNotes(one: readonly ImportNote[] = [], other: readonly ImportNote[] = []): boolean {
  const text = (notes: readonly ImportNote[]) => JSON.stringify(notes.map(({ what, value }) => [what, value]));
  return text(one) === text(other);
}
