import { MockLanguageModelV4 } from 'ai/test';

/** The underwriter's question and tool, and a model for the AI SDK that follows a script: it calls the tool, then believes it. No word of it is a model's. */
export const [income, debt, , loan] = process.argv.slice(2).map(Number);
export const question = `Evaluate this loan application for $${loan.toLocaleString('en-US')}`;
export const instructions = 'You are a loan underwriter.';

export const calcDti = ({ annual_income, total_debt }) => `DTI: ${((100 * total_debt) / annual_income).toFixed(1)}%`;

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 20, text: 20, reasoning: undefined },
};

/** What the model answers to a prompt. */
function answer({ prompt }) {
  const read = /DTI: ([\d.]+)%/.exec(JSON.stringify(prompt));
  if (!read) {
    const input = JSON.stringify({ annual_income: income, total_debt: debt });
    return { content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'calc_dti', input }], unified: 'tool-calls' };
  }
  const decision = JSON.stringify({ approved: Number(read[1]) <= 40, reasoning: `${read[1]} %` });
  return { content: [{ type: 'text', text: decision }], unified: 'stop' };
}

export const scripted = new MockLanguageModelV4({
  modelId: 'scripted',
  provider: 'scripted',
  doGenerate: async (options) => {
    const { content, unified } = answer(options);
    return { content, finishReason: { unified, raw: unified }, usage, warnings: [] };
  },
  doStream: async (options) => {
    const { content, unified } = answer(options);
    const parts = content.flatMap((part) =>
      part.type === 'text'
        ? [
            { type: 'text-start', id: '1' },
            { type: 'text-delta', id: '1', delta: part.text },
            { type: 'text-end', id: '1' },
          ]
        : [part],
    );
    const all = [{ type: 'stream-start', warnings: [] }, ...parts, { type: 'finish', finishReason: { unified, raw: unified }, usage }];
    return { stream: ReadableStream.from(all) };
  },
});
