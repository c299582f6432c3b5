import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Case, caseSchema } from '../../../contracts/case.ts';
import { draftSchema } from '../../../contracts/draft.ts';
import type { TrialScorer } from '../../../contracts/scorer.ts';
import type { ImportedSuite } from '../../../flows/suites/index.ts';
import { suiteFormatNames } from '../../../suites/suite-formats.ts';
import { type FixtureProject, fixtureProject, parcelCase } from '../../testing/fixture-project.ts';
import { hostileText } from '../../testing/parcel-desk.ts';
import { belongTo } from '../../testing/production-traces.ts';
import { runHere } from '../../testing/run-here.ts';

const fixtures = join(import.meta.dirname, '../../../suites/fixtures');

/** The parcel desk without a case, and some of the fixtures. */
function project(...files: readonly string[]): FixtureProject {
  const made = fixtureProject();
  rmSync(join(made.directory, 'cases'), { recursive: true });
  mkdirSync(join(made.directory, 'cases'));
  for (const file of files) copyFileSync(join(fixtures, file), join(made.directory, file));
  return made;
}

const write = (made: FixtureProject, file: string, content: string | Buffer) => writeFileSync(join(made.directory, file), content);

async function imported(made: FixtureProject, ...words: readonly string[]): Promise<ImportedSuite & { readonly code: number | null }> {
  const { code, stdout, stderr } = await runHere(['cases', 'import', ...words, '--json'], made);
  if (stdout === '') throw new Error(stderr);
  const answer = JSON.parse(stdout) as ImportedSuite & { readonly kind: string; readonly message?: string };
  if (answer.kind !== 'imported-cases') throw new Error(answer.message);
  return { ...answer, code };
}

const cases = (made: FixtureProject): Case[] =>
  readdirSync(join(made.directory, 'cases'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => caseSchema.parse(JSON.parse(readFileSync(join(made.directory, 'cases', file), 'utf8'))));
const drafts = (made: FixtureProject) => {
  const folder = join(made.directory, 'cases/drafts');
  return existsSync(folder)
    ? readdirSync(folder).map((file) => draftSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
    : [];
};
const decisions = (made: FixtureProject) => cases(made).map(({ input, label }) => [input.weight, label.decision.accepted]);
const lines = (listed: readonly { readonly line: number; readonly file?: string }[]) =>
  listed.map(({ line, file }) => (file === undefined ? line : `${file}:${line}`));

describe('docket cases import', () => {
  it.for([
    ['pydantic-evals.yaml', 'pydantic-evals'],
    ['langfuse-items.json', 'langfuse'],
    ['langfuse-items.csv', 'langfuse'],
    ['braintrust-rows.json', 'braintrust'],
    ['openai-evals.jsonl', 'openai-evals'],
    ['openai-evals-run.json', 'openai-evals'],
    ['langsmith-examples.jsonl', 'langsmith'],
    ['langsmith-examples.csv', 'langsmith'],
  ] as const)('recognises %s, labels kept, and a second import changes nothing', async ([file, format]) => {
    using made = project(file);
    const first = await imported(made, file);
    expect(first.format).toBe(format);
    expect(first.added).toHaveLength(2);
    expect(decisions(made)).toEqual(expect.arrayContaining([[5, true]]));
    for (const each of cases(made)) {
      expect(each.label).toMatchObject({ source: 'imported', reviewers: [], rationale: `As ${file} expects it.` });
      expect(each.label.decision.accepted).toBe((each.input.weight as number) <= 20);
      expect(each.origin).toMatchObject({ kind: 'imported', format, file });
    }
    const again = await imported(made, file);
    expect(again).toMatchObject({ added: [], changed: [], drafts: [], conflicts: [], unchanged: first.added.length + first.drafts.length });
    expect((await runHere(['cases', 'lint'], made)).code).toBe(0);
  });

  it('reads promptfoo as promptfoo runs it: defaults, files, tables, scenarios; what it cannot translate is listed by line and kept', async () => {
    using made = project('promptfooconfig.yaml', 'promptfoo-tests.csv');
    write(made, 'generate.js', 'throw new Error("was run")');
    const done = await imported(made, 'promptfooconfig.yaml');
    expect(decisions(made).toSorted()).toEqual([
      [20, true],
      [21, false],
      [5, true],
      [50, false],
      [99, false],
    ]);
    // A rubric alone is no label, and neither is a test without one.
    expect(
      drafts(made)
        .map(({ input }) => input.weight)
        .toSorted(),
    ).toEqual([1, 7]);
    expect(done.left).toEqual([
      { line: 42, reason: expect.stringMatching(/weight.*template/) },
      { line: 46, reason: expect.stringContaining('generate.js is code, which is never run') },
    ]);
    const notes = done.notes.map(({ what, line, file }) => `${file ?? ''}${line} ${what}`);
    for (const note of [
      '11 assertion llm-rubric',
      '21 assertion javascript',
      '35 options.transform',
      '40 assertion python',
      'promptfoo-tests.csv2 assertion llm-rubric',
    ])
      expect(
        notes.some((each) => each.startsWith(note)),
        `${note} in ${notes.join('; ')}`,
      ).toBe(true);
    const light = cases(made).find(({ title }) => title === 'A light parcel');
    expect(light?.origin).toMatchObject({
      notes: expect.arrayContaining([
        { line: 21, what: 'assertion javascript', value: { type: 'javascript', value: 'JSON.parse(output).fee < 100' } },
      ]),
    });
    expect(cases(made).find(({ title }) => title === 'At the limit')?.tags).toEqual(['boundary', 'table']);
    expect(done.code).toBe(1);
    expect(await imported(made, 'promptfooconfig.yaml')).toMatchObject({ added: [], changed: [], drafts: [], unchanged: 7 });
    const { stdout } = await runHere(['cases', 'import', 'promptfooconfig.yaml'], made);
    expect(stdout).toContain('promptfoo: 0 new, 7 unchanged in');
  });

  it("writes promptfoo's assertions as scorers where it is asked to, once, as code that runs", { tags: ['slow'] }, async () => {
    using made = project('promptfooconfig.yaml', 'promptfoo-tests.csv');
    const { assertions } = await imported(made, 'promptfooconfig.yaml', '--assertions', 'checks/assertions.ts', '--dry-run');
    expect(assertions).toMatchObject({ state: 'none' });
    const done = await imported(made, 'promptfooconfig.yaml', '--assertions', 'checks/assertions.ts');
    const module = join(made.directory, 'checks/assertions.ts');
    const text = readFileSync(module, 'utf8');
    const light = cases(made).find(({ title }) => title === 'A light parcel');
    expect(done.assertions).toMatchObject({ state: 'written', scorers: text.match(/^ {2}assertion\(/gm)?.length });
    expect(text).toContain(
      `assertion({ "type": "javascript", "value": "JSON.parse(output).fee < 100" }, { name: "javascript", output: 'text', cases: ["${light?.id}"] }),`,
    );
    writeFileSync(module, text.replace('docket-evals', new URL('../../../index.ts', import.meta.url).href));
    const { assertions: scorers } = (await import(module)) as { readonly assertions: readonly TrialScorer[] };
    const javascript = scorers.find(({ name }) => name === 'javascript');
    const judged = (fee: number) =>
      javascript?.score(
        {
          case: light,
          input: {},
          trial: { outcome: { kind: 'decided', decision: { fee } }, transcript: { userMessage: '', steps: [] } },
        } as never,
        { signal: new AbortController().signal },
      );
    expect([await judged(99), await judged(100)]).toMatchObject([{ pass: true }, { pass: false }]);
    expect(await imported(made, 'promptfooconfig.yaml', '--assertions', 'checks/assertions.ts')).toMatchObject({
      assertions: { state: 'left' },
    });
    expect(readFileSync(module, 'utf8')).not.toBe(text);
  });

  it('a text that is a template is a draft with what promptfoo expected; one that Docket wrote is a text', async () => {
    using made = project();
    const desk = new URL('../../testing/parcel-desk.ts', import.meta.url).href;
    write(
      made,
      'docket.config.ts',
      `import { z } from '${import.meta.resolve('zod')}';\nimport { parcelDesk } from '${desk}';
export default { agent: { ...parcelDesk, input: z.strictObject({ note: z.string() }) }, cases: 'cases', current: 'v2' };\n`,
    );
    const yes = 'assert: [{type: equals, value: {accepted: true}}]';
    write(
      made,
      'tests.yaml',
      `- vars: {note: "For {{ name }}"}\n  ${yes}\n- vars: {note: "A {{ \\"{{\\" }}brace"}\n  ${yes}\n- vars: {note: [one, two]}\n  ${yes}\n`,
    );
    const done = await imported(made, 'tests.yaml');
    expect(drafts(made)).toMatchObject([
      { input: { note: 'For {{ name }}' }, proposals: [{ decision: { accepted: true }, source: 'imported', reviewers: [] }] },
    ]);
    expect(done.notes).toMatchObject([{ line: 1, what: expect.stringContaining('is a template'), value: 'For {{ name }}' }]);
    expect(
      cases(made)
        .map(({ input }) => input.note)
        .toSorted(),
    ).toEqual(['A {{brace', 'one', 'two']);
  });

  it('an answer of the past is no label: output items of OpenAI keep theirs as notes', async () => {
    using made = project('openai-output-items.json', 'openai-samples.jsonl');
    await imported(made, 'openai-output-items.json');
    expect(cases(made)).toMatchObject([{ id: '5', label: { decision: { accepted: true } } }]);
    const { notes, drafts: waiting } = await imported(made, 'openai-samples.jsonl', '--prefix', 'oss-');
    expect(notes).toMatchObject([{ line: 2, what: 'several ideal answers, any of which was right' }]);
    expect(waiting).toHaveLength(1);
  });

  it('takes a mapping by flags, saves it, and uses it the next time', async () => {
    using made = project('parcels.csv');
    const guessed = await imported(made, 'parcels.csv', '--dry-run');
    expect(guessed).toMatchObject({ added: [], drafts: [expect.any(String), expect.any(String)] });
    const words = [
      '--id',
      'case no',
      '--map',
      'accepted=verdict',
      '--value',
      'accepted:yes=true',
      '--value',
      'accepted:no=false',
      '--save-mapping',
    ];
    const first = await imported(made, 'parcels.csv', ...words);
    expect(first.added).toHaveLength(2);
    expect(first.left).toEqual([{ line: 4, reason: 'input.weight: must be a finite number' }]);
    expect(first.notes).toEqual([
      expect.objectContaining({ line: 2, what: expect.stringContaining('"region"'), value: 'north' }),
      expect.objectContaining({ line: 3 }),
    ]);
    expect(cases(made).map(({ id }) => id)).toEqual([
      expect.stringMatching(/^a-1-[0-9a-f]{8}$/),
      expect.stringMatching(/^a-2-[0-9a-f]{8}$/),
    ]);
    expect(JSON.parse(readFileSync(join(made.directory, 'cases.import.json'), 'utf8'))).toMatchObject({
      csv: { id: 'case no', fields: { 'expected.accepted': 'verdict' }, values: { 'expected.accepted': { yes: true, no: false } } },
    });
    expect(await imported(made, 'parcels.csv')).toMatchObject({ added: [], changed: [], unchanged: 2 });
  });

  it.for([
    [['--map', 'wieght=kg'], /no such field.*Did you mean "weight"/],
    [['--map', 'weight'], /Expected field=path/],
    [['--from', 'jira'], /promptfoo, pydantic-evals/],
    [['--value', 'accepted=yes'], /Expected field:word=value/],
    [['--prefix', '../x'], /small letters/],
  ] as const)('says what is wrong with %j', async ([words, message]) => {
    using made = project('parcels.csv');
    const { code, stderr } = await runHere(['cases', 'import', 'parcels.csv', ...words], made);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(cases(made)).toEqual([]);
  });

  it('a changed row changes its case after showing the difference, and none that a person reviewed, edited or wrote', async () => {
    using made = project();
    belongTo(made.directory, 'Ada Lovelace');
    const table = (...rows: readonly string[]) => write(made, 'p.csv', `id,title,weight,worth,accepted\n${rows.join('\n')}\n`);
    table('a,one,1,1,true', 'b,two,2,1,true', 'c,three,3,1,true', 'd,four,30,1,false');
    made.writeCase('e', parcelCase('e', 5, true));
    await imported(made, 'p.csv');
    const file = (id: string) => join(made.directory, 'cases', `${id}.json`);
    const edit = (id: string, change: (found: Case) => object) =>
      writeFileSync(file(id), JSON.stringify(change(caseSchema.parse(JSON.parse(readFileSync(file(id), 'utf8')))), null, 2));
    edit('b', (found) => ({ ...found, label: { ...found.label, reviewers: [{ kind: 'human', name: 'Ada Lovelace' }] } }));
    edit('c', (found) => ({ ...found, title: 'a better title' }));
    const before = ['b', 'c', 'd', 'e'].map((id) => readFileSync(file(id), 'utf8'));
    table('a,one,1,7,true', 'b,two,2,7,true', 'c,three,3,7,true', 'd,four,30,1,false', 'e,five,6,1,true');
    const dry = await imported(made, 'p.csv', '--dry-run');
    const done = await imported(made, 'p.csv');
    expect(dry.changed).toEqual(done.changed);
    expect(done.changed).toEqual([{ id: 'a', changes: [{ field: 'input.worth', before: 1, after: 7 }] }]);
    expect(done.conflicts.map(({ id, line, reason }) => `${id} ${line} ${reason}`)).toEqual([
      expect.stringMatching(/^b 3 a person has reviewed/),
      expect.stringMatching(/^c 4 the case was edited/),
      expect.stringMatching(/^e 6 a case of that name is there/),
    ]);
    expect(['b', 'c', 'd', 'e'].map((id) => readFileSync(file(id), 'utf8'))).toEqual(before);
    expect(done).toMatchObject({ unchanged: 1, code: 1 });
    // A row that moves to another line is the same row.
    table('d,four,30,1,false', 'a,one,1,7,true');
    expect(await imported(made, 'p.csv')).toMatchObject({ changed: [], unchanged: 2, gone: ['b', 'c'] });
  });

  it('without ids, a title that only one row has says which case an input belongs to that has changed', async () => {
    using made = project();
    write(
      made,
      'tests.jsonl',
      '{"title":"one","input":{"weight":1,"worth":1},"expected":true}\n{"title":"two","input":{"weight":2,"worth":1},"expected":true}\n',
    );
    const first = await imported(made, 'tests.jsonl');
    write(
      made,
      'tests.jsonl',
      '{"title":"one","input":{"weight":1,"worth":9},"expected":true}\n{"title":"two","input":{"weight":2,"worth":1},"expected":true}\n',
    );
    const done = await imported(made, 'tests.jsonl');
    expect(done).toMatchObject({
      added: [],
      unchanged: 1,
      gone: [],
      changed: [{ changes: [{ field: 'input.worth', before: 1, after: 9 }] }],
    });
    expect(cases(made).map(({ id }) => id)).toEqual(first.added.toSorted());
    expect(await imported(made, 'tests.jsonl')).toMatchObject({ added: [], changed: [], unchanged: 2 });
  });

  it("--reviewed is a person's word for all labels but those of critical cases, also afterwards", async () => {
    using made = project();
    belongTo(made.directory, 'Ada Lovelace');
    write(made, 'p.csv', 'id,weight,worth,accepted,critical\na,1,1,true,\nb,30,1,false,true\n');
    expect(await imported(made, 'p.csv')).toMatchObject({ unreviewed: 2 });
    expect(await imported(made, 'p.csv', '--reviewed')).toMatchObject({ reviewed: ['a'], unreviewed: 1, unchanged: 1 });
    expect(cases(made).map(({ label, critical }) => [label.source, label.reviewers.length, critical])).toEqual([
      ['imported', 1, undefined],
      ['imported', 0, true],
    ]);
    expect(await imported(made, 'p.csv')).toMatchObject({ added: [], unchanged: 2 });
  });

  it('a draft becomes a case by review, keeps where it came from, and is not imported again', async () => {
    using made = project('pydantic-evals.yaml');
    belongTo(made.directory, 'Ada Lovelace');
    await imported(made, 'pydantic-evals.yaml');
    expect(drafts(made)).toMatchObject([{ id: 'unlabelled', proposals: [], imported: { format: 'pydantic-evals', row: 'unlabelled' } }]);
    write(made, 'answers.json', JSON.stringify([{ draft: 'unlabelled', answer: 'approve', id: 'a-light-one' }]));
    const { code } = await runHere(['cases', 'review', '--decide', 'answers.json', '--json'], made);
    expect(code).toBe(0);
    expect(cases(made).find(({ id }) => id === 'a-light-one')).toMatchObject({
      origin: { kind: 'imported', row: 'unlabelled' },
      label: { source: 'policy' },
    });
    expect(await imported(made, 'pydantic-evals.yaml')).toMatchObject({ added: [], drafts: [], unchanged: 3 });
  });
});

describe('hostile files', () => {
  it('rows that say the same are one case; rows that contradict each other are none; each names the lines of both', async () => {
    using made = project();
    write(
      made,
      'p.jsonl',
      [
        '{"id":"a","input":{"weight":1,"worth":1},"expected":true}',
        '{"id":"a","input":{"weight":2,"worth":1},"expected":true}',
        '{"input":{"weight":3,"worth":1},"expected":true}',
        '{"input":{"worth":1,"weight":3},"expected":true}',
        '{"input":{"weight":4,"worth":1},"expected":true}',
        '{"input":{"weight":4,"worth":1},"expected":false}',
        '{"input":{"weight":5,"worth":1}}',
        '{"input":{"weight":5,"worth":1},"expected":true}',
      ].join('\n'),
    );
    const done = await imported(made, 'p.jsonl');
    expect(decisions(made).toSorted()).toEqual([
      [3, true],
      [5, true],
    ]);
    expect(done.left.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      expect.stringMatching(/^1 the id of a is on lines 1, 2/),
      expect.stringMatching(/^2 the id of a is on lines 1, 2/),
      expect.stringMatching(/^4 it says the same as another row \(lines 3, 4\)/),
      expect.stringMatching(/^5 the same input is on lines 5, 6, with different labels/),
      expect.stringMatching(/^6 /),
      expect.stringMatching(/^7 it says the same as another row \(lines 7, 8\)/),
    ]);
    expect(await imported(made, 'p.jsonl')).toMatchObject({ added: [], changed: [], unchanged: 2 });
  });

  it('mixed rows cost themselves alone', async () => {
    using made = project();
    const deep = `{"input":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`;
    write(
      made,
      'p.jsonl',
      [
        '{"input":{"weight":1,"worth":1},"expected":true}',
        'nonsense',
        '[1]',
        deep,
        '',
        '{"input":{"weight":1e999,"worth":1}}',
        'null',
        '{"input":"a parcel"}',
        '{}',
        '{"input":{"weight":2,"worth":1},"expected":{"accepted":"maybe"}}',
        '{"input":{"weight":3,"worth":1},"expected":"maybe"}',
        '{"input":{"weight":9,"worth":1},"expected":true}',
      ].join('\r\n'),
    );
    const done = await imported(made, 'p.jsonl');
    expect(decisions(made).toSorted()).toEqual([
      [1, true],
      [9, true],
    ]);
    expect(lines(done.left)).toEqual([2, 3, 4, 6, 7, 8, 9, 10, 11]);
    for (const { reason } of done.left) expect(reason.length).toBeGreaterThan(10);
  });

  it.for([
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without', (text: string) => Buffer.from(text, 'utf16le')],
    ['big-endian UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ] as const)('reads %s', async ([, encoded]) => {
    using made = project();
    write(made, 'p.csv', encoded('id,weight,worth,accepted,title\r\na,1,2,TRUE,"Füße,\r\nund mehr"\r\n\r\nb,30,2,False,x\r\n'));
    await imported(made, 'p.csv');
    expect(cases(made)).toMatchObject([
      { id: 'a', title: 'Füße, und mehr', input: { weight: 1, worth: 2 }, label: { decision: { accepted: true } } },
      { id: 'b', label: { decision: { accepted: false } } },
    ]);
  });

  it('ids are names of files in the folder and nothing else', async () => {
    using made = project();
    made.writeCase('light', parcelCase('light', 5, true));
    const mine = readFileSync(join(made.directory, 'cases/light.json'), 'utf8');
    const ids = [
      '../../escape',
      '/etc/passwd',
      'a/b',
      'a-b',
      'A B',
      'a b',
      'con',
      '',
      '.',
      '..\\x',
      'light',
      'x'.repeat(300),
      `${hostileText}`,
      '__proto__',
      'constructor',
      'Ünïcode',
    ];
    write(
      made,
      'p.jsonl',
      ids.map((id, index) => JSON.stringify({ id, input: { weight: index + 1, worth: 1 }, expected: true })).join('\n'),
    );
    const done = await imported(made, 'p.jsonl');
    expect(done.added).toHaveLength(ids.length - 1);
    expect(done.conflicts.map(({ id }) => id)).toEqual(['light']);
    for (const id of done.added) expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/);
    expect(done.added).not.toContain('con');
    expect(readdirSync(join(made.directory, 'cases')).filter((file) => file.endsWith('.json'))).toHaveLength(ids.length);
    expect(readFileSync(join(made.directory, 'cases/light.json'), 'utf8')).toBe(mine);
    expect(readdirSync(made.directory).toSorted()).toEqual(['cases', 'docket.config.ts', 'p.jsonl']);
    const { stdout } = await runHere(['cases', 'import', 'p.jsonl'], made);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
    expect(stdout).not.toMatch(/[\u001B\u0007\u009B\u202E]/);
  });

  it('keys that every object inherits are keys like others', async () => {
    using made = project();
    write(
      made,
      'p.jsonl',
      '{"__proto__":{"x":1},"id":"a","input":{"__proto__":{"weight":1,"worth":1},"constructor":1,"weight":3,"worth":1},"expected":{"toString":1,"accepted":true}}\n',
    );
    const done = await imported(made, 'p.jsonl');
    expect(cases(made)).toMatchObject([{ input: { weight: 3, worth: 1 }, label: { decision: { accepted: true } } }]);
    expect(done.notes.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"__proto__"'),
        expect.stringContaining('"constructor"'),
        expect.stringContaining('"toString"'),
      ]),
    );
    expect(({} as { readonly x?: number }).x).toBeUndefined();
  });

  it('aliases that grow without end end the import before anything is written; honest ones are written out', {
    tags: ['slow'],
  }, async () => {
    using made = project();
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array.from({ length: 9 }, () => `*l${level}`).join(', ')}]`,
    );
    write(made, 'bomb.yaml', `tests: []\nl0: &l0 [x]\n${levels.join('\n')}\n`);
    const bomb = await runHere(['cases', 'import', 'bomb.yaml'], made);
    expect(bomb.code).toBe(2);
    expect(bomb.stderr).toMatch(/bomb\.yaml: .*(?:aliases|million)/);
    write(made, 'self.yaml', 'tests: &a\n  - *a\n');
    expect((await runHere(['cases', 'import', 'self.yaml'], made)).code).toBe(2);
    const tests = Array.from({ length: 300 }, (_, index) => `  - vars: {<<: *vars, weight: ${(index + 1) / 10}}\n    assert: *yes`);
    write(
      made,
      'honest.yaml',
      `anchors:\n  vars: &vars {worth: 1}\n  yes: &yes [{type: equals, value: {accepted: true}}]\ntests:\n${tests.join('\n')}\n`,
    );
    expect((await imported(made, 'honest.yaml')).added).toHaveLength(300);
  });

  it('reads no file outside of the folder, follows no link out of it, runs nothing', async () => {
    using made = project();
    using outside = project();
    write(outside, 'secret.yaml', '- vars: {weight: 1, worth: 1}\n');
    mkdirSync(join(made.directory, 'suite'));
    write(made, 'inside.yaml', '- vars: {weight: 2, worth: 1}\n');
    write(made, 'suite/own.yaml', '- vars: {weight: 3, worth: 1}\n');
    symlinkSync(join(outside.directory, 'secret.yaml'), join(made.directory, 'suite/link.yaml'));
    const references = [
      join(outside.directory, 'secret.yaml'),
      '../inside.yaml',
      'link.yaml',
      'https://example.org/t.yaml',
      'tests.py:make',
      'gone.csv',
      '../*.yaml',
      'own.yaml',
    ];
    write(
      made,
      'suite/c.yaml',
      `prompts: []\nproviders: []\ntests:\n${references.map((each) => `  - file://${each}`.replace('file://https', 'https')).join('\n')}\n`,
    );
    const done = await imported(made, 'suite/c.yaml');
    expect(drafts(made).map(({ input }) => input.weight)).toEqual([3]);
    expect(lines(done.left)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });

  it.for([
    ['empty.csv', '', /empty/],
    ['what.txt', 'Dear all, please find attached', /no row/],
    ['book.xlsx', Buffer.from('PK\u0003\u0004\0\0\0\0'), /save it as CSV/],
    ['other.json', '{"suites":[],"version":3}', /JSON with "suites", "version", which no known format has.*promptfoo, pydantic-evals/],
    ['broken.yaml', 'tests:\n  - vars: {weight: 1\n', /broken\.yaml:\d+: /],
    ['twice.csv', 'weight,weight,worth\n1,2,3\n', /two columns are called "weight"/],
    ['gone.csv', undefined, /ENOENT/],
  ] as const)('says what is wrong with %s', async ([file, content, message]) => {
    using made = project();
    if (content !== undefined) write(made, file, content as string);
    const { code, stderr } = await runHere(['cases', 'import', file], made);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('a table with a quotation mark that is never closed keeps the rows before it and names the line', async () => {
    using made = project();
    write(made, 'p.csv', 'id,weight,worth,accepted\na,1,1,true\nb,2,1,true,9\nc,"3,1,true\nd,4,1,true\n');
    const done = await imported(made, 'p.csv');
    expect(done.added).toEqual(['a']);
    expect(done.left).toEqual([
      { line: 3, reason: expect.stringContaining('5 cells') },
      { line: expect.any(Number), reason: expect.stringContaining('quotation mark') },
    ]);
  });

  it('helps with the name of every format', async () => {
    const { stdout } = await runHere(['cases', 'import', '--help']);
    for (const name of suiteFormatNames) expect(stdout).toContain(`  ${name} `);
  });
});
