import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { caseText, draftText } from '../../review/case-text.ts';
import type { ContentChange } from '../../suites/row-content.ts';
import { loadSuiteFormat, recognisedFormat, type SuiteFormatName, suiteFormats } from '../../suites/suite-formats.ts';
import type { SuiteMapping } from '../../suites/suite-mapping.ts';
import type { SuiteNote, SuitePlace } from '../../suites/suite-row.ts';
import { givenWay } from '../given-way.ts';
import type { LoadedConfig } from '../load-config.ts';
import { draftFile } from '../promote/draft-files.ts';
import { type FitPlan, namedRow, Survey } from './1-survey-rows.ts';
import { planRow, type RowPlan } from './2-plan-case.ts';
import { ExistingCases } from './existing-cases.ts';
import { openSuite } from './open-suite.ts';
import { savedMapping, saveMapping } from './saved-mapping.ts';
import { settledMapping, wantedFields } from './wanted-fields.ts';
import { type WrittenAssertions, writeAssertions } from './write-assertions.ts';

export interface ImportRequest {
  readonly config: LoadedConfig;
  /** Absolute path of the file. */
  readonly path: string;
  /** Recognised by the content when not given. */
  readonly from?: SuiteFormatName;
  readonly mapping: SuiteMapping;
  readonly saveMapping: boolean;
  /** Goes before every id. */
  readonly prefix: string;
  readonly reviewer?: string;
  readonly dryRun: boolean;
  /** Where the suite's assertions are written as scorers; an absolute path. */
  readonly assertions?: string;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
  readonly signal: AbortSignal;
  onProgress?(rows: number): void;
}

/** A row and what was said of it. */
export interface ListedRow extends SuitePlace {
  readonly reason: string;
}

/** What an import did, or would do. */
export interface ImportedSuite {
  readonly format: SuiteFormatName;
  readonly file: string;
  readonly dryRun: boolean;
  readonly rows: number;
  readonly added: readonly string[];
  readonly changed: readonly { readonly id: string; readonly changes: readonly ContentChange[] }[];
  readonly unchanged: number;
  /** Cases whose labels a person vouches for since. */
  readonly reviewed: readonly string[];
  readonly drafts: readonly string[];
  readonly conflicts: readonly (ListedRow & { readonly id: string; readonly changes: readonly ContentChange[] })[];
  /** Rows that became no case. */
  readonly left: readonly ListedRow[];
  readonly notes: readonly SuiteNote[];
  /** Cases of an earlier import of the file whose rows are no longer in it. */
  readonly gone: readonly string[];
  /** Cases of the file whose labels nobody has reviewed. */
  readonly unreviewed: number;
  readonly mappingFile?: string;
  readonly assertions?: WrittenAssertions;
}

/** Rows between two looks at the signal. */
const atATime = 500;

/**
 * Brings a suite of another tool into the cases. The file is read twice: what two rows say of one case is known before anything is written.
 * @throws {DocketError} for a file or a mapping that cannot be used, or a case that cannot be written; an interrupted import goes on where it ended
 */
export async function importSuite(request: ImportRequest): Promise<ImportedSuite> {
  const { config, signal } = request;
  const { source, file, damaged } = await openSuite(request.path, config.root);
  const name = request.from ?? (await recognisedFormat(file, source.sample));
  const format = await loadSuiteFormat(name);
  const wanted = wantedFields(config.agent);
  const mapping = settledMapping(merged(savedMapping(config.cases, name), request.mapping), wanted);
  const plan: FitPlan = { wanted, mapping, prefix: request.prefix };

  const survey = new Survey();
  let surveyed = 0;
  for await (const item of format.read(source)) {
    const row = namedRow(item, plan);
    if (row?.kind === 'named') survey.add(row);
    surveyed += 1;
    if (surveyed % atATime === 0) await givenWay(signal);
  }
  if (surveyed === 0)
    throw new DocketError(
      `${file}: it has no row that ${suiteFormats[name].title} would run. Check that it is the right file, or name its format with --from.`,
    );
  const existing = new ExistingCases(config.cases);
  const tally = new Tally();
  const found = new Set<string>();
  const write = writer(config.cases, request.dryRun);
  let index = 0;
  let read = 0;
  for await (const item of format.read(source)) {
    read += 1;
    if (read % atATime === 0) {
      request.onProgress?.(read);
      await givenWay(signal);
    }
    const row = namedRow(item, plan);
    if (!row) {
      if (item.kind === 'suite') tally.notes.push(item.note);
      continue;
    }
    tally.rows += 1;
    const place = { line: row.line, ...(row.file === undefined ? {} : { file: row.file }) };
    const fault = row.kind === 'left' ? row.reason : survey.fault(row, index);
    if (row.kind === 'named') index += 1;
    if (row.kind === 'left' || fault !== undefined) {
      tally.left.push({ ...place, reason: fault ?? '' });
      continue;
    }
    const known = existing.of(row.name) ?? (survey.isKnownByTitle(row) ? existing.formerly(file, row.content.title, survey) : undefined);
    if (known?.kind === 'case') found.add(known.case.id);
    const done = planRow(row, known, {
      format: name,
      file,
      today: request.today,
      ...(request.reviewer === undefined ? {} : { reviewer: request.reviewer }),
    });
    write(done);
    tally.add(done, place);
    tally.notes.push(...row.notes);
  }
  if (damaged) tally.notes.push({ kind: 'untranslated', line: 1, what: 'the file is not all UTF-8; what could not be read was replaced' });
  const mappingFile = request.saveMapping && !request.dryRun ? saveMapping(config.cases, name, mapping) : undefined;
  return {
    format: name,
    file,
    dryRun: request.dryRun,
    ...tally.result(),
    gone: existing.gone(file, survey).filter((id) => !found.has(id)),
    ...(mappingFile === undefined ? {} : { mappingFile }),
    ...(request.assertions === undefined
      ? {}
      : { assertions: writeAssertions({ config, suite: file, file: request.assertions, dryRun: request.dryRun }) }),
  };
}

/** What was asked for now counts before what was saved. */
function merged(saved: SuiteMapping = {}, asked: SuiteMapping): SuiteMapping {
  const fields = { ...saved.fields, ...asked.fields };
  const values = { ...saved.values, ...asked.values };
  return {
    ...saved,
    ...asked,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(Object.keys(values).length > 0 ? { values } : {}),
  };
}

/** Puts a plan on the disk: every file whole or not at all, none outside of the folder. */
function writer(cases: string, dryRun: boolean): (plan: RowPlan) => void {
  const within = repositoryAround(cases);
  const put = (file: string, text: string) => {
    const fault = writeCheckoutFile(file, within, [text]);
    if (fault) throw new DocketError(`${file} ${fault.fault}. The cases before it are written; the same command goes on.`);
  };
  return (plan) => {
    if (dryRun || plan.kind === 'unchanged' || plan.kind === 'conflict') return;
    if (plan.kind === 'drafted') put(draftFile(cases, plan.draft.id), draftText(plan.draft));
    else {
      put(plan.file ?? join(cases, `${plan.case.id}.json`), caseText(plan.case));
      if (plan.removes !== undefined) rmSync(plan.removes, { force: true });
    }
  };
}

/** Adds up what became of the rows. */
class Tally {
  rows = 0;
  readonly notes: SuiteNote[] = [];
  readonly left: ListedRow[] = [];
  readonly #added: string[] = [];
  readonly #changed: ImportedSuite['changed'][number][] = [];
  readonly #reviewed: string[] = [];
  readonly #drafts: string[] = [];
  readonly #conflicts: ImportedSuite['conflicts'][number][] = [];
  #unchanged = 0;
  #unreviewed = 0;

  add(plan: RowPlan, place: SuitePlace): void {
    if ('case' in plan && plan.case.label.reviewers.length === 0) this.#unreviewed += 1;
    switch (plan.kind) {
      case 'new':
        this.#added.push(plan.case.id);
        break;
      case 'changed':
        this.#changed.push({ id: plan.case.id, changes: plan.changes });
        break;
      case 'reviewed':
        this.#reviewed.push(plan.case.id);
        break;
      case 'drafted':
        if (plan.isNew) this.#drafts.push(plan.draft.id);
        else this.#changed.push({ id: plan.draft.id, changes: plan.changes });
        break;
      case 'unchanged':
        this.#unchanged += 1;
        if (plan.unreviewed) this.#unreviewed += 1;
        break;
      case 'conflict':
        this.#conflicts.push({ id: plan.name, ...place, reason: plan.reason, changes: plan.changes });
    }
  }

  result() {
    return {
      rows: this.rows,
      added: this.#added,
      changed: this.#changed,
      unchanged: this.#unchanged,
      reviewed: this.#reviewed,
      drafts: this.#drafts,
      conflicts: this.#conflicts,
      left: this.left,
      notes: this.notes,
      unreviewed: this.#unreviewed,
    };
  }
}
