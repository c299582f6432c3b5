import type { Case } from '../../../contracts/case.ts';
import { caseSchemaFile } from '../../../contracts/case-schema-file.ts';
import { fromJsonSchema } from '../../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../../contracts/json.ts';
import { caseText } from '../../../review/case-text.ts';
import { oneLine, rowName, rowTitle } from '../../../suites/row-name.ts';
import { planRow } from '../../suites/2-plan-case.ts';
import type { Example } from '../answers.ts';
import { sampleValue } from '../sample-value.ts';
import { agentFolder, fixedDecision, hasRule, type ProjectPlan, type WantedFile } from './project-plan.ts';

/** Marks a case that `docket init` made up; `docket doctor` names them until they are gone. */
export const placeholderTag = 'placeholder';

/** How many cases a project begins with. */
const some = 3;

/** Three cases: of the examples whose decision is known, else made up. Fewer where no input can be made up that fits the schema. */
export function caseFiles(plan: ProjectPlan, today: string): WantedFile[] {
  const known = plan.shape.examples.filter((example) => example.decision && example.row).slice(0, some);
  const cases = known.length > 0 ? known.flatMap((example) => exampleCase(example, plan, today)) : placeholders(plan);
  return [
    { path: 'cases/case.schema.json', text: caseSchemaFile(), what: 'what editors check cases by' },
    ...cases.map((one) => ({
      path: `cases/${one.id}.json`,
      text: caseText(one),
      what: known.length > 0 ? 'a case of your examples' : 'a made-up case, to be replaced',
    })),
  ];
}

/** As `docket cases import` would write it, which then finds it again. */
function exampleCase({ input, decision = {}, row }: Example, { answers: { reviewer } }: ProjectPlan, today: string): Case[] {
  if (!row) return [];
  const { format, file, line, id, title } = row;
  const planned = planRow(
    {
      kind: 'named',
      line,
      name: rowName(id, input),
      ownId: id !== undefined,
      ownTitle: title !== undefined,
      content: { title: oneLine(title ?? '') || rowTitle(input), input, decision },
      unfinished: false,
      notes: [],
    },
    undefined,
    { format, file, today, ...(reviewer === undefined ? {} : { reviewer }) },
  );
  return planned.kind === 'new' ? [planned.case] : [];
}

const requests = [
  { id: 'small-request', title: 'A small request', input: { request: 'A keyboard', amount: 40 } },
  { id: 'at-the-limit', title: 'Exactly at the limit', input: { request: 'A monitor arm', amount: 100 } },
  { id: 'over-the-limit', title: 'One over the limit', input: { request: 'A chair', amount: 101 } },
];

function placeholders(plan: ProjectPlan): Case[] {
  const label = (decision: JsonObject, rationale: string): Case['label'] => ({
    decision,
    source: 'policy',
    rationale,
    reviewers: [{ kind: 'policy', name: agentFolder }],
  });
  const rest: Pick<Case, 'origin' | 'tags'> = { origin: { kind: 'designed', note: 'Made up by docket init.' }, tags: [placeholderTag] };
  if (hasRule(plan))
    return requests.map((one) => ({
      ...one,
      label: label(
        { approved: one.input.amount <= 100 },
        'Up to 100 is approved, by the rule that docket init wrote. Replace the case by one of yours.',
      ),
      ...rest,
    }));
  const { schema } = plan.shape.input;
  return Array.from({ length: some }, (_, variant) => sampleValue(schema, variant) as JsonObject)
    .filter((input) => fromJsonSchema(schema).safeParse(input).success)
    .filter((input, index, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(input)) === index)
    .map((input, index) => ({
      id: `made-up-${index + 1}`,
      title: `A made-up input (${index + 1})`,
      input,
      label: label(fixedDecision(plan), 'Made up: nobody said what is right here. Replace the case by one of yours.'),
      ...rest,
    }));
}
