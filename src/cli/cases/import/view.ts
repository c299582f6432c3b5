import type { LoadedConfig } from '../../../flows/load-config.ts';
import type { ImportedSuite, ListedRow } from '../../../flows/suites/index.ts';
import type { WrittenAssertions } from '../../../flows/suites/write-assertions.ts';
import type { ContentChange } from '../../../suites/row-content.ts';
import { suiteFormats } from '../../../suites/suite-formats.ts';
import type { SuiteNote } from '../../../suites/suite-row.ts';
import { count, counted } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { Output, Terminal } from '../../terminal/terminal.ts';
import { shownFile } from '../review/view.ts';

/** Lines of one list at the terminal; --json has all. */
const longestList = 20;
const longestValue = 80;

/** What an import did: the counts, then everything that somebody has to look at. */
export function printImport(done: ImportedSuite, { cases }: Pick<LoadedConfig, 'cases'>, { out, note }: Terminal): void {
  const folder = plainLine(shownFile(cases));
  const nothing = done.left.length === done.rows;
  const mark = nothing ? out.style('red', '✗') : out.style('green', '✓');
  out.line(
    `${mark} ${suiteFormats[done.format].title}: ${summary(done)}${done.dryRun ? '. Nothing was written (--dry-run).' : ` in ${folder}.`}`,
  );
  listLines(
    done.changed,
    ({ id, changes }) => [`  ${plainLine(id)} ${done.dryRun ? 'would change' : 'changed'}:`, ...changes.map(changeLine)],
    out,
  );
  if (done.conflicts.length > 0) {
    note.line(note.style('yellow', `! ${counted(done.conflicts.length, 'conflict')}; these cases were left as they are:`));
    listLines(
      done.conflicts,
      (row) => [`  ${placeOf(row, done.file)}: ${plainLine(row.id)}: ${plainLine(row.reason)}`, ...row.changes.map(changeLine)],
      note,
    );
  }
  if (done.left.length > 0) {
    note.line(note.style('yellow', `! ${counted(done.left.length, 'row')} ${done.left.length === 1 ? 'was' : 'were'} not imported:`));
    listLines(done.left, (row) => [`  ${placeOf(row, done.file)}: ${plainLine(row.reason)}`], note);
  }
  printNotes(done, note);
  if (done.gone.length > 0)
    out.line(
      `${counted(done.gone.length, 'case')} of an earlier import ${done.gone.length === 1 ? 'is' : 'are'} no longer in the file and ${done.gone.length === 1 ? 'stays' : 'stay'}: ${list(done.gone)}.`,
    );
  if (done.mappingFile !== undefined)
    out.line(`The mapping is saved in ${plainLine(shownFile(done.mappingFile))}; the next import of this format uses it.`);
  if (done.unreviewed > 0) {
    out.line(
      `No person has reviewed the labels of ${counted(done.unreviewed, 'case')}, so the gate does not count ${done.unreviewed === 1 ? 'it' : 'them'}. If you vouch for the file's labels, import it again with --reviewed.`,
    );
  }
  if (done.assertions) for (const line of assertionLines(done.assertions, done.dryRun)) out.line(line);
  if (done.drafts.length > 0 && !done.dryRun) out.line('The drafts wait for a label. Next: docket cases review');
}

function assertionLines({ file, scorers, state }: WrittenAssertions, dryRun: boolean): string[] {
  const shown = plainLine(shownFile(file));
  switch (state) {
    case 'none':
      return [`The cases assert nothing beside their labels, so ${shown} was not written.`];
    case 'unchanged':
      return [`${shown} holds what the cases assert already.`];
    case 'left':
      return [`${shown} is there already and was left as it is. Move it away to have it written anew.`];
    case 'written':
      return dryRun
        ? [`${counted(scorers, 'scorer')} would be written to ${shown}.`]
        : [
            `${counted(scorers, 'scorer')} of what the cases assert beside their labels ${scorers === 1 ? 'is' : 'are'} in ${shown}. Read it, add "...assertions" to the agent's scorers, and name the file that makes them in scorersSource.`,
          ];
  }
}

function summary({ added, changed, unchanged, reviewed, drafts }: ImportedSuite): string {
  return [
    `${count(added.length)} new`,
    ...(changed.length > 0 ? [`${count(changed.length)} changed`] : []),
    `${count(unchanged)} unchanged`,
    ...(reviewed.length > 0 ? [`${count(reviewed.length)} reviewed by you`] : []),
    ...(drafts.length > 0 ? [counted(drafts.length, 'new draft')] : []),
  ].join(', ');
}

/** Alike notes on one line, with the lines of the file where they stand. */
function printNotes({ notes, file }: ImportedSuite, note: Output): void {
  const groups = new Map<string, Set<string>>();
  let kept = 0;
  for (const each of notes) {
    if (each.kind === 'kept' && !isSuiteWide(each)) {
      kept += 1;
      continue;
    }
    const lines = groups.get(each.what) ?? new Set();
    lines.add(placeOf(each, file));
    groups.set(each.what, lines);
  }
  if (groups.size > 0) {
    note.line(note.style('yellow', '! Not translated; what belongs to a case is kept in it as a note:'));
    listLines(
      [...groups],
      ([what, places]) => {
        const shown = [...places].slice(0, 8);
        return [
          `  ${plainLine(what)} (${shown.map(plainLine).join(', ')}${places.size > shown.length ? `, and ${count(places.size - shown.length)} more` : ''})`,
        ];
      },
      note,
    );
  }
  if (kept > 0)
    note.line(`${counted(kept, 'other value')} of the rows (metadata and the like) ${kept === 1 ? 'is' : 'are'} kept as notes.`);
}

function isSuiteWide({ value }: SuiteNote): boolean {
  return value === undefined;
}

function listLines<Item>(items: readonly Item[], lines: (item: Item) => readonly string[], output: Output): void {
  for (const item of items.slice(0, longestList)) for (const line of lines(item)) output.line(line);
  if (items.length > longestList) output.line(`  and ${count(items.length - longestList)} more; --json lists all`);
}

function placeOf({ line, file }: Pick<ListedRow, 'line' | 'file'>, whole: string): string {
  return plainLine(file === undefined || file === whole ? `line ${line}` : `${file}:${line}`);
}

function changeLine({ field, before, after }: ContentChange): string {
  const shown = (value: unknown) => (value === undefined ? 'nothing' : shortened(plainLine(JSON.stringify(value))));
  return `    ${plainLine(field)}: ${shown(before)} → ${shown(after)}`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= longestValue ? text : `${characters.slice(0, longestValue - 1).join('')}…`;
}

function list(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).map(plainLine).join(', ');
  return ids.length > 10 ? `${shown} and ${count(ids.length - 10)} more` : shown;
}
