import { expect, test } from 'vitest';
import { z } from 'zod';
import { ctrf } from './ctrf.ts';
import { exampleComparison, exampleVerdict } from './testing/example-report.ts';

/** The part of schema/ctrf.schema.json (https://ctrf.io) that is used here, as strict as it is there. */
const status = z.enum(['passed', 'failed', 'skipped', 'pending', 'other']);
const extra = z.record(z.string(), z.unknown()).optional();
const documentSchema = z.strictObject({
  reportFormat: z.literal('CTRF'),
  specVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  timestamp: z.iso.datetime(),
  generatedBy: z.string(),
  results: z.strictObject({
    tool: z.strictObject({ name: z.string().min(1) }),
    summary: z.strictObject({
      tests: z.int(),
      passed: z.int(),
      failed: z.int(),
      skipped: z.int(),
      pending: z.int(),
      other: z.int(),
      flaky: z.int(),
      start: z.int(),
      stop: z.int(),
      duration: z.int(),
    }),
    tests: z.array(
      z.strictObject({
        name: z.string().min(1),
        status,
        duration: z.int(),
        suite: z.array(z.string()).min(1),
        message: z.string(),
        rawStatus: z.string(),
        tags: z.array(z.string()).optional(),
        flaky: z.boolean().optional(),
        extra,
      }),
    ),
    extra,
  }),
});

test('is a CTRF document whose summary counts its tests', () => {
  const { results } = documentSchema.parse(JSON.parse(ctrf.render(exampleVerdict())));
  const { tests, passed, failed, other, flaky } = results.summary;
  expect({ tests, passed, failed, other, flaky }).toEqual({ tests: 12, passed: 9, failed: 2, other: 1, flaky: 3 });
  expect(results.tests.map((each) => each.status).filter((each) => each === 'failed')).toHaveLength(failed);
});

test('a case carries its counts, tags and faults; a comparison passes', () => {
  const { results } = documentSchema.parse(JSON.parse(ctrf.render(exampleComparison())));
  expect(results.tests[0]).toMatchObject({ name: 'verdict', status: 'passed', rawStatus: 'comparison' });
  const accused = results.tests.find(({ name }) => name.startsWith('06-'));
  expect(accused).toMatchObject({
    status: 'failed',
    rawStatus: 'flipped-to-fail',
    tags: ['critical', 'boundary', 'dti'],
    extra: { baseline: { passes: 10, runs: 10 }, candidate: { passes: 0, runs: 7 } },
  });
  expect(accused?.message).toContain('false-approval (7 of 7 trials)');
});
