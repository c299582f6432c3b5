import { relative } from 'node:path';
import { z } from 'zod';
import { openQuestions } from '../../flows/audit-labels/open-questions.ts';
import { disputeSuspect, settleLabel } from '../../flows/audit-labels/settle-label.ts';
import { decisionFaults } from '../../flows/cases/case-faults.ts';
import { readForm } from '../../flows/promote/typed-answer.ts';
import { reviewerOf } from './answering.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';
import { readFormSchema, typedPairsSchema } from './draft-shapes.ts';

const answer = z.object({ file: z.string().nullable(), decision: readFormSchema });
export type DisputeSettled = z.infer<typeof answer>;

export const settleDispute = answerRoute({
  name: 'settleDispute',
  path: '/audit/:id/answer',
  summary:
    "Answers what is open about a case's label: settles it with a decision and an argument, opens a dispute, or only checks what was typed.",
  question: z.object({
    id: z.string(),
    hash: z.string(),
    answer: z.enum(['settle', 'open-dispute', 'check']),
    decision: typedPairsSchema.default([]),
    argument: z.string().max(20_000).default(''),
  }),
  answer,
  isWriting: true,
  async run({ id, hash, answer: said, decision, argument }, context) {
    const reviewer = reviewerOf(context);
    const desk = await context.project.desk();
    const { config } = desk;
    const faultOf = (field: string, value: Parameters<typeof decisionFaults>[1][string]) =>
      decisionFaults(config.agent, Object.fromEntries([[field, value]]))[0]?.replace(/^label\.decision(?:\.(?=\w)|: ?)/, '');
    const read = readForm(desk.form, decision, faultOf, desk.schemaOf);
    const told = { decision: { faults: [...read.faults], shown: [...read.shown] } };
    if (said === 'check') return { file: null, ...told };
    const suspect = (await openQuestions(config)).questions.find(({ loaded }) => loaded.case.id === id)?.suspect;
    const about = { config, caseId: id, seen: hash, reviewer };
    if (said === 'open-dispute') {
      if (!suspect?.instead)
        throw new ApiFault(409, `The audit has nothing to put in the place of the label of ${id}. Settle it with a decision.`);
      return { file: relative(config.root, disputeSuspect(about, suspect)), ...told };
    }
    if (read.faults.length > 0)
      throw new ApiFault(400, `The decision cannot stand yet: ${read.faults.map(({ field, fault }) => `${field}: ${fault}`).join(' ')}`);
    if (argument.trim() === '') throw new ApiFault(400, 'Say why this decision holds.');
    const settlement = { decision: read.values, argument: argument.trim() };
    return { file: relative(config.root, settleLabel(about, settlement, desk.today(), suspect)), ...told };
  },
});
