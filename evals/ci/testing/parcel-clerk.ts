import { z } from 'zod';
import {
  type Agent,
  defineAgent,
  defineToolVariant,
  expectedDecision,
  type Finding,
  type ModelRequest,
  type SimulatedAnswer,
  selfConsistency,
} from '../../../src/index.ts';

const parcelSchema = z.strictObject({ weight: z.number().positive() });
type Parcel = z.infer<typeof parcelSchema>;

interface ParcelDecision {
  readonly accepted: boolean;
  readonly fee: number;
  readonly reason: string;
}

/** What a hostile model says: workflow commands, a mention, markup, and the hidden mark of the comment. */
export const hostileReason =
  '\n::error file=README.md::planted\n::add-mask::PASS\n::set-output name=exit-code::0\n@octocat <img src=https://evil.example/x> <!-- docket:verdict -->\n';

/** While this variable is set, the simulated clerk is careful whatever its prompt says: its answers would be others if it were asked again. */
export const carefulVariable = 'PARCEL_CLERK_IS_CAREFUL';

const limit = 20;

/** An agent that takes parcels of up to 20 kg. Its simulated model obeys a prompt that speaks of the limit, and takes everything without one. */
export function parcelClerk(prompt: string): Agent {
  return defineAgent<Parcel, ParcelDecision>({
    name: 'parcel-clerk',
    input: parcelSchema,
    prompts: { desk: prompt },
    toolVariants: {
      scales: defineToolVariant<{ weigh: Record<string, never> }, ParcelDecision, Parcel>({
        directory: new URL('parcel-clerk/', import.meta.url),
        tools: { weigh: { source: import.meta.url, run: (_, { weight }) => `Weight: ${weight} kg.` } },
      }),
    },
    versions: { v1: { prompt: 'desk', toolVariant: 'scales', model: 'claude-sonnet-4-6' } },
    userMessage: { source: import.meta.url, render: () => 'A parcel.' },
    scorers: [
      expectedDecision({ approvalField: 'accepted' }),
      selfConsistency((decision, input) => feeFindings(decision as unknown as ParcelDecision, input as unknown as Parcel)),
    ],
    simulator: { source: import.meta.url, respond: answer },
  });
}

function feeFindings({ accepted, reason }: ParcelDecision, { weight }: Parcel): Finding[] {
  return accepted && weight > limit ? [{ code: 'over-the-limit', message: `takes ${weight} kg: ${reason}` }] : [];
}

function answer(request: ModelRequest): SimulatedAnswer {
  const read = /Weight: ([\d.]+) kg/.exec(JSON.stringify(request.messages));
  if (!read) return { content: [{ type: 'tool_use', name: 'weigh', input: {} }], stopReason: 'tool_use' };
  const careful = process.env[carefulVariable] !== undefined || JSON.stringify(request.system).includes('limit');
  const accepted = !careful || Number(read[1]) <= limit;
  const decision: ParcelDecision = { accepted, fee: 0, reason: hostileReason };
  return { content: [{ type: 'text', text: JSON.stringify(decision) }], stopReason: 'end_turn' };
}
