import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Case, caseSchema } from '../../../contracts/case.ts';
import { suiteFormats, writtenFormatNames } from '../../../suites/suite-formats.ts';
import { type FixtureProject, fixtureProject, parcelCase } from '../../testing/fixture-project.ts';
import { runHere } from '../../testing/run-here.ts';

const cases = ({ directory }: FixtureProject): Case[] =>
  readdirSync(join(directory, 'cases'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => caseSchema.parse(JSON.parse(readFileSync(join(directory, 'cases', file), 'utf8'))));
const content = (each: Case) => ({
  id: each.id,
  title: each.title,
  input: each.input,
  decision: each.label.decision,
  tags: each.tags ?? [],
});

describe('docket cases export', () => {
  it.for(writtenFormatNames)('%s: another project imports the same cases, and this one nothing new', async (format) => {
    using made = fixtureProject();
    made.writeCase('tagged', { ...parcelCase('tagged', 12.5, true, '=HYPERLINK("x"), "quoted"'), tags: ['a,b', 'c'] });
    const file = `suite.${(suiteFormats[format] as { readonly writes?: string }).writes}`;
    const { code, stdout } = await runHere(['cases', 'export', file, '--to', format, '--json'], made);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'exported-cases', format, cases: 3 });
    expect(code).toBe(0);
    const here = await runHere(['cases', 'import', file, '--json'], made);
    expect(JSON.parse(here.stdout)).toMatchObject({ format, added: [], changed: [], conflicts: [], left: [], unchanged: 3 });

    using other = fixtureProject();
    rmSync(join(other.directory, 'cases'), { recursive: true });
    mkdirSync(join(other.directory, 'cases'));
    writeFileSync(join(other.directory, file), readFileSync(join(made.directory, file)));
    const there = await runHere(['cases', 'import', file, '--json'], other);
    expect(JSON.parse(there.stdout)).toMatchObject({ added: ['heavy', 'light', 'tagged'].toSorted(), left: [] });
    expect(cases(other).map(content)).toEqual(cases(made).map(content));
    // Who reviewed a label is not taken on a file's word.
    for (const { label } of cases(other)) expect(label).toMatchObject({ source: 'imported', reviewers: [] });
  });

  it('prints to the terminal, and writes over no other file without being told', async () => {
    using made = fixtureProject();
    expect((await runHere(['cases', 'export', '--to', 'csv'], made)).stdout).toMatch(
      /^\ufeffid,title,input\.weight,input\.worth,expected\.accepted\r\nheavy,/,
    );
    const file = join(made.directory, 'mine.csv');
    writeFileSync(file, 'mine');
    const refused = await runHere(['cases', 'export', 'mine.csv', '--to', 'csv'], made);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--overwrite') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await runHere(['cases', 'export', 'mine.csv', '--to', 'csv', '--overwrite', '--dry-run'], made)).stdout).toContain(
      'would be written',
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await runHere(['cases', 'export', 'mine.csv', '--to', 'csv', '--overwrite'], made)).code).toBe(0);
    // The same once more changes nothing, so nobody has to be asked.
    expect((await runHere(['cases', 'export', 'mine.csv', '--to', 'csv'], made)).code).toBe(0);
  });

  it.for([
    [['--to', 'jira'], /promptfoo, pydantic-evals|Allowed choices/],
    [[], /--to/],
    [['--to', 'csv', '--json'], /needs a file/],
    [['--to', 'csv', '--tags', 'none'], /No case has the tag "none"/],
    [['no/folder.csv', '--to', 'csv'], /there is no such folder/],
    [['cases', '--to', 'csv', '--overwrite'], /no plain file/],
  ] as const)('says what is wrong with %j', async ([words, message]) => {
    using made = fixtureProject();
    const { code, stderr, stdout } = await runHere(['cases', 'export', ...words], made);
    expect(code).toBe(2);
    expect(`${stderr}${stdout}`).toMatch(message);
    expect(existsSync(join(made.directory, 'cases/light.json'))).toBe(true);
  });
});
