import { z } from 'zod';
import { isCompared, verdictSchema } from '../../contracts/verdict.ts';
import { causeName, effectText, evidenceTexts, partNames, sentenceOf } from '../../reporters/words.ts';
import { mcpTool } from '../mcp-tool.ts';
import { reportOf } from '../report-of.ts';
import { answerOf, verdictAnswer } from './gate.ts';

export const explainVerdict = mcpTool({
  name: 'explain_verdict',
  title: 'Explain the last verdict',
  description:
    'What the last gate of this checkout found, from reports/verdict.json: the evidence in words, the part that did it, the accused cases. Runs nothing.',
  input: z.object({}),
  output: verdictAnswer.extend({
    createdAt: z.string(),
    sentence: z.string(),
    evidence: z.array(z.string()),
    cause: z.string().optional().describe('Which part of the change did it, as far as it could be decided.'),
    parts: z.array(z.object({ part: z.string(), effect: z.string() })),
    rerun: z.string(),
  }),
  isReadOnly: true,
  isUntrusted: true,
  async run(_, { project }) {
    const verdict = reportOf(project, 'verdict.json', verdictSchema, { what: 'no verdict', remedy: 'Run the gate again.' });
    const evidence = 'evidence' in verdict && verdict.evidence ? evidenceTexts(verdict.evidence) : undefined;
    const attribution = 'attribution' in verdict ? verdict.attribution : undefined;
    return {
      ...answerOf(verdict),
      createdAt: verdict.createdAt,
      sentence: sentenceOf(verdict, isCompared(verdict) ? verdict.cases : []),
      evidence: Object.values(evidence ?? {}).filter((text) => text !== undefined),
      ...(attribution ? { cause: `${causeName(attribution)}: ${attribution.reason}` } : {}),
      parts: (attribution?.contrasts ?? []).map((contrast) => ({ part: partNames(contrast.factors), effect: effectText(contrast) })),
      rerun: verdict.rerun,
    };
  },
});
