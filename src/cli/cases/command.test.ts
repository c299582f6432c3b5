import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

describe('docket cases lint', () => {
  it('counts sound cases', async () => {
    using project = fixtureProject();
    const { code, stdout } = await runHere(['cases', 'lint', '--json'], project);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'cases', cases: [{ id: 'heavy' }, { id: 'light' }], faults: [] });
    expect(code).toBe(0);
  });

  it('names every fault of every file with its line', async () => {
    using project = fixtureProject();
    project.writeCase('broken', '{\n  "id": "broken",\n}');
    project.writeCase('wrong', parcelCase('wrong', -1, false));
    const [text, json] = await Promise.all([runHere(['cases', 'lint'], project), runHere(['cases', 'lint', '--json'], project)]);
    expect(text.stderr).toMatch(/cases\/broken\.json:3: not valid JSON/);
    expect(text.stderr).toContain('cases/wrong.json:5: input.weight: must be more than 0 kg');
    expect(text.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      faults: expect.arrayContaining([
        { file: expect.stringContaining('cases/wrong.json'), line: 5, message: 'input.weight: must be more than 0 kg' },
      ]),
    });
    expect(json.code).toBe(2);
  });

  it('a fault of one kind hides none of another in the same file', async () => {
    using project = fixtureProject();
    const sound = parcelCase('many', 5, true) as { readonly input: object; readonly label: object };
    project.writeCase('many', {
      ...sound,
      id: 'Many',
      colour: 'red',
      size: 1,
      input: { weight: -1, worth: 'much', from: 'A', to: 'B' },
      label: { ...sound.label, source: 'me', decision: { accepted: 'yes', fee: null, price: 1 } },
      dispute: { labels: [{ decision: { acepted: true } }] },
    });
    project.writeCase('twice', '{ "id": "light", "id": "heavy", "title": 7, "input": { "weight": 1 } }');
    project.writeCase('list', '[]');
    const { stdout } = await runHere(['cases', 'lint', '--json'], project);
    const { faults } = JSON.parse(stdout) as { faults: { file: string; line: number; message: string }[] };
    const of = (id: string) => faults.filter(({ file }) => file.endsWith(`${id}.json`)).map(({ message }) => message.replace(/: .*/, ''));
    expect(of('many').toSorted()).toEqual([
      'dispute.labels',
      'dispute.labels.0.argument',
      'dispute.labels.0.decision',
      'dispute.labels.0.source',
      'id',
      'id',
      'input',
      'input',
      'input.weight',
      'input.worth',
      'label.decision',
      'label.decision.accepted',
      'label.decision.fee',
      'label.source',
      'the case',
      'the case',
    ]);
    expect(of('twice')).toEqual(expect.arrayContaining(['the key "id" appears twice', 'title', 'input.worth', 'label', 'origin', 'id']));
    expect(of('list')).toEqual(['the case']);
    expect(new Set(faults.map(({ file, line }) => `${file} ${line}`)).size).toBeGreaterThan(10);
  });

  it('names a file that nests without end or is not UTF-8 in one line, and reads the others', async () => {
    using project = fixtureProject();
    const cases = join(project.directory, 'cases');
    writeFileSync(join(cases, 'deep.json'), `\n${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    writeFileSync(join(cases, 'members.json'), `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    writeFileSync(join(cases, 'wide.json'), Buffer.from('\ufeff{\n"id": "wide"\n}', 'utf16le'));
    writeFileSync(join(cases, 'mark.json'), '\ufeff{}');
    const { code, stdout } = await runHere(['cases', 'lint', '--json'], project);
    const { faults } = JSON.parse(stdout) as { faults: { file: string; line: number; message: string }[] };
    expect(code).toBe(2);
    expect(faults.map(({ file, line, message }) => `${file.replace(/.*cases\//, '')}:${line} ${message}`)).toEqual([
      'deep.json:2 nests deeper than 128 levels',
      'mark.json:1 is not plain UTF-8: save it as UTF-8 without a byte order mark',
      'members.json:1 nests deeper than 128 levels',
      'wide.json:1 is not plain UTF-8: save it as UTF-8 without a byte order mark',
    ]);
  });

  it('a folder that is not there is an error and no list of faults', async () => {
    using project = fixtureProject();
    rmSync(join(project.directory, 'cases'), { recursive: true });
    const { code, stdout } = await runHere(['cases', 'lint', '--json'], project);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', exitCode: 2, message: expect.stringContaining('cannot be read (ENOENT)') });
    expect(code).toBe(2);
  });
});
