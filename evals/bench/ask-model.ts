import { simulatedModel } from '../../src/model/simulated.ts';
import { latencyMs, oneCallSimulator, questionOf, systemPrompt } from './one-call-agent.ts';

const model = simulatedModel(oneCallSimulator, { latencyMs });
const { signal } = new AbortController();

/** Asks the model once, as the agent does, for those that are measured beside Docket. Returns its text. */
export async function askModel(amount: number, trialNumber: number): Promise<string> {
  const { content } = await model.create(
    {
      model: 'claude-haiku-4-5',
      max_tokens: 4096,
      system: [{ type: 'text', text: systemPrompt }],
      messages: [{ role: 'user', content: [{ type: 'text', text: questionOf(amount) }] }],
    },
    { series: 'bench', trialNumber, signal },
  );
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
}
