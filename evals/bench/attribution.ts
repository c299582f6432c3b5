/**
 * Plants changes of several parts into a copy of this repository, lets the gate judge each as a pull request, and counts how often it names the
 * part that did the harm. Prints Markdown.
 *
 *     node evals/bench/attribution.ts [variants of each harmful edit, 5 when not given]
 */
import { z } from 'zod';
import { tableRow } from './markdown-table.ts';
import { harmful, harmless, interacting, type PlantedEdit, plantHabits } from './planted-changes.ts';
import { PlantedProject } from './planted-project.ts';

/** One planted pull request, and what is true of it. */
interface PlantedChange {
  readonly name: string;
  readonly group: string;
  readonly edits: readonly PlantedEdit[];
  /** What may be said of it. */
  readonly truth: readonly string[];
}

const judged = z.object({
  verdict: z.string(),
  attribution: z.object({ factor: z.string(), reason: z.string() }).optional(),
  spending: z.object({ trials: z.object({ spent: z.number(), reused: z.number() }) }).optional(),
});

const variants = Number(process.argv[2] ?? 5);
/** The names that the verdict once used for the parts. */
const nameOf = (factor: string) => (factor === 'toolVariant' ? 'tools' : factor);

function companions(of: readonly PlantedEdit[], number: number): PlantedEdit[] {
  const others = harmless.filter(({ part }) => of.every((edit) => edit.part !== part));
  return Array.from({ length: 1 + (number % 3) }, (_, index) => others[(number + index) % others.length] as PlantedEdit);
}

function* changes(): Generator<PlantedChange> {
  for (const edit of harmful) {
    yield { name: edit.name, group: 'one part', edits: [edit], truth: [edit.part] };
    for (let number = 0; number < variants; number += 1) {
      yield { name: edit.name, group: 'several parts, one harmful', edits: [edit, ...companions([edit], number)], truth: [edit.part] };
    }
  }
  for (const [index, first] of harmful.entries()) {
    const second = harmful.slice(index + 1).find(({ part }) => part !== first.part);
    if (!second) continue;
    yield {
      name: `${first.name} + ${second.name}`,
      group: 'two harmful',
      edits: [first, second, ...companions([first, second], index).slice(0, index % 2)],
      truth: ['several', first.part, second.part],
    };
  }
  for (let number = 0; number < variants; number += 1) {
    const edits = [...interacting, ...companions(interacting, number).slice(0, number % 3)];
    yield { name: 'terse prompt x effort low', group: 'interaction', edits, truth: ['interaction'] };
  }
}

interface Row {
  readonly change: PlantedChange;
  readonly verdict: string;
  readonly factor: string;
  readonly reason: string;
  readonly trials: number;
}

async function work(project: PlantedProject, queue: PlantedChange[], rows: Row[]): Promise<void> {
  for (let change = queue.shift(); change; change = queue.shift()) {
    const plant = (copy: PlantedProject) => {
      for (const edit of change?.edits ?? []) edit.plant(copy);
    };
    const { verdict, attribution, spending } = judged.parse(JSON.parse(await project.judge(change.name, plant)));
    const trials = (spending?.trials.spent ?? 0) + (spending?.trials.reused ?? 0);
    rows.push({ change, verdict, factor: nameOf(attribution?.factor ?? ''), reason: attribution?.reason ?? '', trials });
  }
}

const outcomes = ['right', 'one of two', 'not decided', 'wrong', 'not blocked'] as const;

function outcomeOf({ change, verdict, factor }: Row): (typeof outcomes)[number] {
  if (verdict !== 'regressed') return 'not blocked';
  if (factor === change.truth[0]) return 'right';
  if (change.truth.includes(factor)) return 'one of two';
  return factor === 'unclear' ? 'not decided' : 'wrong';
}

const rows: Row[] = [];
using first = await PlantedProject.open(plantHabits);
using second = first.copy();
const queue = [...changes()];
await Promise.all([work(first, queue, rows), work(second, queue, rows)]);

console.log(tableRow(['changes', 'judged', ...outcomes, 'trials a change']));
console.log(tableRow(Array.from({ length: outcomes.length + 3 }, () => '---')));
for (const group of new Set(rows.map(({ change }) => change.group))) {
  const members = rows.filter(({ change }) => change.group === group);
  const counts = outcomes.map((outcome) => members.filter((row) => outcomeOf(row) === outcome).length);
  const mean = members.reduce((sum, { trials }) => sum + trials, 0) / members.length;
  console.log(tableRow([group, String(members.length), ...counts.map(String), mean.toFixed(0)]));
}
console.log('');
console.log(tableRow(['harmful edit, beside harmless ones', ...outcomes]));
console.log(tableRow(Array.from({ length: outcomes.length + 1 }, () => '---')));
for (const { name } of harmful) {
  const members = rows.filter(({ change }) => change.group === 'several parts, one harmful' && change.name === name);
  console.log(tableRow([name, ...outcomes.map((outcome) => String(members.filter((row) => outcomeOf(row) === outcome).length))]));
}
console.log('');
for (const row of rows.filter((each) => outcomeOf(each) !== 'right')) {
  console.log(
    `- ${outcomeOf(row)}: ${row.change.name} [${row.change.edits.map(({ part }) => part).join(', ')}] -> ${row.verdict} ${row.factor}: ${row.reason}`,
  );
}
