import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { caseSchemaFile } from './case-schema-file.ts';

test('cases/case.schema.json is current (npm run generate writes it)', () => {
  const committed = readFileSync(new URL('../../cases/case.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(caseSchemaFile());
});
