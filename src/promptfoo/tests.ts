import type { TestCase } from 'promptfoo';
import { loadCases } from '../flows/cases/load-cases.ts';
import { loadConfig } from '../flows/load-config.ts';
import { orEnd } from './or-end.ts';

/**
 * The cases as promptfoo tests: `tests: file://…/promptfoo/tests.ts`. Variables are templates to promptfoo, so a row's only variable
 * is the case's id; the case itself stays with Docket. Faults in the case files end the process, all of them named with file and line.
 */
export default function generateTests(): Promise<TestCase[]> {
  return orEnd(async () => {
    const config = await loadConfig();
    return loadCases(config.cases, config.agent).map(({ case: { id, title, tags, critical } }) => ({
      description: `${id}: ${title}`,
      vars: { caseId: id },
      // For promptfoo's --filter-metadata, which compares texts.
      metadata: { caseId: id, ...(tags ? { tags } : {}), ...(critical ? { critical: 'true' } : {}) },
    }));
  });
}
