import type { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import type { McpProject } from './mcp-project.ts';
import { fileText } from './project-cases.ts';

/**
 * A report of the project, as the command that writes it left it.
 * @param what as a sentence names it: `no plan of docket improve`
 * @param remedy what to do where there is none, as a sentence
 * @throws {DocketError} when it is not there, or is something else
 */
export function reportOf<T>(
  project: McpProject,
  name: string,
  schema: z.ZodType<T>,
  { what, remedy }: { readonly what: string; readonly remedy: string },
): T {
  try {
    return schema.parse(JSON.parse(fileText(project, `reports/${name}`)));
  } catch (cause) {
    throw new DocketError(`reports/${name} is ${what}, or not there. ${remedy}`, { cause });
  }
}
