import { z } from 'zod';
import {
  type Agent,
  type CommandLineInput,
  DocketError,
  defineAgent,
  defineToolVariant,
  expectedDecision,
  type Finding,
  ModelError,
  type ModelRequest,
  type SimulatedAnswer,
  selfConsistency,
  trialConsistency,
} from '../../index.ts';

/** A parcel at the desk: kilograms and dollars. */
const parcelSchema = z.strictObject({
  weight: z.number('must be a finite number').positive('must be more than 0 kg').max(99, 'must be 99 kg or less'),
  worth: z.number('must be a finite number').nonnegative('must be $0 or more'),
});
type Parcel = z.infer<typeof parcelSchema>;

interface ParcelDecision {
  readonly accepted: boolean;
  readonly fee: number;
  readonly reason: string;
}

/** What a hostile model says: a window title, a colour, a cleared screen, a bell, an 8-bit sequence, a reversed order of reading. */
export const hostileText = '\u001B]0;owned\u0007\u001B[31mred\u001B[2J\u0007 \u009B1m\u202Egnp.exe\u2069 \u001B[8mhidden';

/** Weights for which the simulated clerk does something unusual. */
export const unusualWeights = { refuses: 91, isCutOff: 92, babbles: 93, contradictsItself: 94, isOutOfReach: 95, breaks: 96 } as const;

const heaviest = 20;
const feePerKilogram = 2;

const commandLine: CommandLineInput = {
  words: ['weight', 'worth'],
  parse: (words) =>
    Object.fromEntries(
      words.map((word, index) => {
        if (!/^[+-]?\d+(?:\.\d+)?(?:e\d+)?$/.test(word)) throw new DocketError(`${commandLine.words[index]}: "${word}" is not a number.`);
        return [commandLine.words[index], Number(word)];
      }),
    ),
};

/**
 * A tiny agent for tests of the command line: takes parcels of up to 20 kg. Its first version takes every parcel that is not worth much;
 * some weights make its simulated clerk refuse, babble or break.
 */
export const parcelDesk: Agent = defineAgent<Parcel, ParcelDecision>({
  name: 'parcel-desk',
  input: parcelSchema,
  prompts: { lax: 'You are a clerk. Be kind.', strict: 'You are a clerk. Take no parcel over the limit.' },
  toolVariants: {
    scales: defineToolVariant<{ weigh: Record<string, never> }, ParcelDecision, Parcel>({
      directory: new URL('tool-variants/scales/', import.meta.url),
      tools: { weigh: { source: import.meta.url, run: (_, { weight }) => `Weight: ${weight} kg. Limit: ${heaviest} kg.` } },
    }),
  },
  versions: {
    v1: { prompt: 'lax', toolVariant: 'scales', model: 'claude-sonnet-4-6' },
    v2: { prompt: 'strict', toolVariant: 'scales', model: 'claude-sonnet-4-6' },
  },
  userMessage: { source: import.meta.url, render: ({ worth }) => `A parcel worth $${worth}.` },
  policy: ({ weight }) => ({ accepted: weight <= heaviest }),
  scorers: [
    expectedDecision({ approvalField: 'accepted' }),
    selfConsistency((decision, input) => feeFindings(decision as unknown as ParcelDecision, input as unknown as Parcel)),
    trialConsistency({ fields: ['accepted', 'fee'] }),
  ],
  simulator: { source: import.meta.url, respond: (request, _, slipping) => answer(request, slipping) },
  commandLine,
});

function feeFindings({ accepted, fee, reason }: ParcelDecision, { weight }: Parcel): Finding[] {
  const expected = accepted ? weight * feePerKilogram : 0;
  if (Math.abs(fee - expected) < 1e-9) return [];
  return [{ code: 'wrong-fee', message: `the fee is ${fee}, expected ${expected}: ${reason}` }];
}

function answer(request: ModelRequest, slipping: boolean): SimulatedAnswer {
  const read = /Weight: ([\d.]+) kg. Limit: (\d+) kg/.exec(JSON.stringify(request.messages));
  if (!read) return { content: [{ type: 'tool_use', name: 'weigh', input: {} }], stopReason: 'tool_use' };
  const weight = Number(read[1]);
  switch (weight) {
    case unusualWeights.refuses:
      return { content: [{ type: 'text', text: 'No.' }], stopReason: 'refusal' };
    case unusualWeights.isCutOff:
      return { content: [{ type: 'text', text: '{"accepted":' }], stopReason: 'max_tokens' };
    case unusualWeights.babbles:
      return says(JSON.stringify({ accepted: true, fee: 1, [hostileText]: 1 }));
    case unusualWeights.contradictsItself:
      return decides({ accepted: true, fee: 1, reason: hostileText });
    case unusualWeights.isOutOfReach:
      throw new ModelError('server', `The server is ${hostileText} gone.`, { retryable: false });
    case unusualWeights.breaks:
      throw new TypeError('the clerk broke');
  }
  const strict = JSON.stringify(request.system).includes('no parcel over the limit');
  const accepted = (!strict || weight <= Number(read[2])) !== slipping;
  return decides({ accepted, fee: accepted ? weight * feePerKilogram : 0, reason: accepted ? 'It may go.' : 'Too heavy.' });
}

function decides(decision: ParcelDecision): SimulatedAnswer {
  return says(JSON.stringify(decision));
}

function says(text: string): SimulatedAnswer {
  return { content: [{ type: 'text', text }], stopReason: 'end_turn' };
}
