import { z } from 'zod';
import { caseSchema } from './case.ts';

/** Text of `cases/case.schema.json`, which gives editors completion and checks in case files. */
export function caseSchemaFile(): string {
  const schema = z.toJSONSchema(caseSchema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'A Docket case' }, null, 2)}\n`;
}
