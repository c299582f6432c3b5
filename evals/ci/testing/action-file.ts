import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const textsSchema = z.record(z.string(), z.coerce.string()).default({});

const stepSchema = z.strictObject({
  name: z.string(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: textsSchema,
  run: z.string().optional(),
  shell: z.literal('bash').optional(),
  'working-directory': z.string().optional(),
  env: textsSchema,
});
export type Step = z.infer<typeof stepSchema>;

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.object({ description: z.string(), value: z.string() })),
  runs: z.object({ using: z.literal('composite'), steps: z.array(stepSchema) }),
});
export type CompositeAction = z.infer<typeof actionSchema>;

/** Reads a composite action. */
export function readAction(file: string): CompositeAction {
  return actionSchema.parse(parse(readFileSync(file, 'utf8')));
}
