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
});
