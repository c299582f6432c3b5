import { z } from 'zod';
import { jsonValueSchema } from '../contracts/json.ts';

const path = z.string().min(1);

/** Which of a row's values are what. A path is a name, or names between dots. */
export const suiteMappingSchema = z.strictObject({
  input: path.optional().describe('Where the input is: an object, or a text for an agent that takes one.'),
  expected: path.optional().describe('Where the expected decision is: an object, or one value.'),
  id: path.optional().describe("Where the row's own id is."),
  title: path.optional().describe('Where its title is.'),
  tags: path.optional().describe('Where its tags are.'),
  fields: z.record(z.string(), path).optional().describe('Single fields: "input.weight" or "expected.approved", with where each is.'),
  values: z
    .record(z.string(), z.record(z.string(), jsonValueSchema))
    .optional()
    .describe('Words of the file for values of a field: {"expected.approved": {"approve": true}}.'),
});

export type SuiteMapping = z.infer<typeof suiteMappingSchema>;
