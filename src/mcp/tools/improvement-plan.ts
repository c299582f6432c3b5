import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { improvementPlanSchema } from '../../contracts/improvement-plan.ts';
import { clipped } from '../clipped.ts';
import { mcpTool } from '../mcp-tool.ts';
import { reportOf } from '../report-of.ts';

const changeAnswer = z.object({
  id: z.string(),
  priority: z.string(),
  group: z.string(),
  what: z.string(),
  target: z.string(),
  place: z.string().optional(),
  before: z.string(),
  after: z.string(),
  literal: z.boolean().describe('False where somebody has to write code that does what "after" says.'),
  evidence: z.array(z.string()).describe('Ids of problems: find_problems with "id" shows one whole.'),
  promise: z.looseObject({}).optional(),
});

export const improvementPlan = mcpTool({
  name: 'improvement_plan',
  title: 'The improvement plan',
  description:
    'The last plan that find_problems or docket improve wrote (reports/improvement-plan.json): core finding, what works and must stay, and the changes, each with its evidence and what it promises. Runs nothing.',
  input: z.object({
    change: z.string().optional().describe('Only this change, whole: P0-1.'),
    group: z.string().optional().describe('Only changes of this group: tools, prompt, schema …'),
  }),
  output: z.object({
    agent: z.string(),
    version: z.string(),
    runs: z.number(),
    simulated: z.boolean(),
    core: z.array(z.string()),
    worksWell: z.array(z.string()),
    changes: z.array(changeAnswer),
    casesToAdd: z.number().describe('Drafts that draft_case would write.'),
    verification: z.array(z.string()),
  }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ change, group }, { project }) {
    const plan = reportOf(project, 'improvement-plan.json', improvementPlanSchema, {
      what: 'no plan of docket improve',
      remedy: 'Run find_problems.',
    });
    const changes = plan.changes.filter(
      (each) => (change === undefined || each.id === change) && (group === undefined || each.group === group),
    );
    if (change !== undefined && changes.length === 0)
      throw new DocketError(`The plan has no change "${change}". It has: ${plan.changes.map(({ id }) => id).join(', ') || 'none'}.`);
    const { agent, version, context, core, worksWell, drafts, verification } = plan;
    return {
      ...{ agent, version: version.name, runs: context.runs, simulated: context.simulated, core, worksWell, verification },
      changes: changes.map(({ place, ...each }) => ({
        ...(clipped(each, change === undefined ? 400 : 20_000) as typeof each),
        ...(place ? { place: `${place.file}:${place.line}` } : {}),
      })),
      casesToAdd: drafts.length,
    };
  },
});
