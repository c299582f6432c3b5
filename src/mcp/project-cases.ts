import { join } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround } from '../contracts/checkout-file.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { McpProject } from './mcp-project.ts';
import type { McpCall } from './mcp-tool.ts';

/** A case or a draft, as `docket cases ls --json` lists it. */
export const listedCaseSchema = z.object({
  id: z.string(),
  title: z.string(),
  critical: z.boolean(),
  tags: z.array(z.string()),
  labelSource: z.string().nullable(),
  disputed: z.boolean(),
  /** Below the folder of docket.config.ts. */
  file: z.string(),
});
export type ListedCase = z.infer<typeof listedCaseSchema>;

const listedSchema = z.object({ cases: z.array(listedCaseSchema) });

/** The cases, or the drafts, as `docket cases ls --json` lists them. */
export async function casesOf(project: McpProject, call: Pick<McpCall, 'signal' | 'progress'>, drafts: boolean): Promise<ListedCase[]> {
  const { json } = await project.command(['cases', 'ls', ...(drafts ? ['--drafts'] : [])], call);
  return listedSchema.parse(json).cases;
}

/** Text of a file of the project. @throws {DocketError} when it cannot be read */
export function fileText(project: McpProject, file: string): string {
  const path = join(project.root, file);
  const read = readCheckoutFile(path, repositoryAround(project.root));
  if ('fault' in read) throw new DocketError(`${file} ${read.fault}`);
  return read.text;
}
