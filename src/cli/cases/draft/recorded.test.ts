import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { draftSchema } from '../../../contracts/draft.ts';
import { deskWith } from '../../testing/desk-with.ts';
import type { FixtureProject } from '../../testing/fixture-project.ts';
import { runHere } from '../../testing/run-here.ts';

const reported = fileURLToPath(new URL('../../../traces/fixtures/reported/', import.meta.url));

/** A new project, its folder of cases empty, of a desk that takes a request in words. */
function newProject(): FixtureProject {
  const project = deskWith(
    '[]',
    "name: 'desk', input: z.strictObject({ request: z.string() }), policy: undefined, explain: undefined, boundaries: undefined, redaction: undefined",
    `import { z } from '${import.meta.resolve('zod')}';`,
  );
  for (const file of readdirSync(join(project.directory, 'cases'))) rmSync(join(project.directory, 'cases', file));
  return project;
}

/** The draft of a recorded run, imported from a file. */
async function drafted(text: string) {
  using project = newProject();
  writeFileSync(join(project.directory, 'run.json'), text);
  expect(await runHere(['traces', 'import', 'run.json'], project)).toMatchObject({ code: 0 });
  expect(await runHere(['cases', 'draft'], project)).toMatchObject({ code: 0 });
  const folder = join(project.directory, 'cases/drafts');
  const [file = '', ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  return draftSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

const recorded = (name: string) => readFileSync(join(reported, name), 'utf8');
const someone = String.raw`\[person-[a-p]{10}\]`;

it('the first trace of a new project is a draft', async () => {
  expect(await drafted(recorded('first-trace-of-a-new-project.json'))).toMatchObject({
    input: { request: 'Is parcel 7 late?' },
    missing: [],
    redacted: [],
  });
});

it('towns and the number of a case stay, and all three people go', async () => {
  const { input, redacted } = await drafted(recorded('places-and-short-names.json'));
  expect(input.request).toMatch(
    new RegExp(String.raw`^Fly from San Francisco to Charlotte\. Passengers: ${someone}, ${someone}, ${someone}\. Case #0012-3456-7890\.$`),
  );
  expect(redacted).toEqual(['request: person pseudonymised']);
});

it('so do other towns and people, products and numbers, and one person has one pseudonym', async () => {
  const original = 'Fly from San Francisco to Charlotte. Passengers: Alice Miller, Bob Stone, Mike Stone. Case #0012-3456-7890.';
  const request =
    'Move claim CLM-0044-1200 of Priya Raghunathan from Santa Fe to Austin: her Samsung Galaxy S23, bought in Florence. Charlotte Okafor, +234 803 123 4567, agrees with Priya Raghunathan.';
  const { input } = await drafted(recorded('places-and-short-names.json').replaceAll(original, request));
  const made = new RegExp(
    String.raw`^Move claim CLM-0044-1200 of (${someone}) from Santa Fe to Austin: her Samsung Galaxy S23, bought in Florence\. ${someone}, \+234 000 \d{3} \d{4}, agrees with (${someone})\.$`,
  ).exec(String(input.request));
  expect(made, String(input.request)).not.toBeNull();
  expect(made?.[1]).toBe(made?.[2]);
});
