import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureProject } from './testing/fixture-project.ts';
import { belongTo, storeRuns } from './testing/production-traces.ts';
import { runHere } from './testing/run-here.ts';

type Schema = Readonly<Record<string, unknown>>;
const { $defs } = JSON.parse(readFileSync(new URL('json-output.schema.json', import.meta.url), 'utf8')) as {
  readonly $defs: Readonly<Record<string, Schema>>;
};

/** The schema of one kind. */
function schemaOf(kind: string): z.ZodType {
  return z.fromJSONSchema({ $ref: `#/$defs/${kind}`, $defs } as never);
}

describe('what commands print with --json', () => {
  it('is as json-output.schema.json says, each with its kind and schemaVersion', { tags: ['slow'] }, async () => {
    using project = fixtureProject();
    belongTo(project.directory, 'Ada');
    await storeRuns(project.directory, [
      { number: 1, input: { weight: 30, worth: 50 }, decision: { accepted: true, fee: 60, reason: 'so' } },
    ]);
    const commands: readonly (readonly [kind: string, ...words: readonly string[]])[] = [
      ['evaluation', 'eval', '--trials', '2', '--versions', 'v1,v2'],
      ['comparison', 'compare', 'v1', 'v2', '--trials', '2'],
      ['versions', 'versions'],
      ['listed-cases', 'cases', 'ls'],
      ['drafts', 'cases', 'draft'],
      ['traces', 'traces', 'ls'],
      ['scored-traces', 'traces', 'score'],
      ['trace', 'traces', 'show', '1'.padStart(32, '0')],
      ['traces-summary', 'traces', 'summary', '--by', 'version'],
      ['improvement-plan', 'improve', '--from-trials', '--version', 'v1'],
      ['accepted-baseline', 'baseline', 'accept', '--mode', 'simulated'],
      ['plan', 'plan'],
      ['error', 'eval', '--case', 'none-such'],
    ];
    for (const [kind, ...words] of commands) {
      const { stdout } = await runHere([...words, '--json'], project);
      const printed = JSON.parse(stdout) as unknown;
      expect(printed, words.join(' ')).toMatchObject({ kind, schemaVersion: 1 });
      const { error } = schemaOf(kind).safeParse(printed);
      expect(error && z.prettifyError(error), words.join(' ')).toBeUndefined();
    }
  });

  it('has schemas that were made of its types as they are', { tags: ['slow'] }, async () => {
    const { outputSchemas } = await import('../../evals/package/output-schemas.ts');
    expect(outputSchemas(), 'npm run generate').toBe(readFileSync(new URL('json-output.schema.json', import.meta.url), 'utf8'));
  });

  it('is refused by a schema where a field is missing or of another type', () => {
    const versions = { kind: 'versions', schemaVersion: 1, agent: 'desk', current: 'v1', casesFolder: 'cases', versions: [], prompts: {} };
    expect(schemaOf('versions').safeParse(versions).success).toBe(true);
    for (const wrong of [
      { ...versions, current: 1 },
      { ...versions, versions: [{}] },
      { ...versions, schemaVersion: 2 },
      { kind: 'versions' },
    ])
      expect(schemaOf('versions').safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
