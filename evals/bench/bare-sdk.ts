/**
 * The same calls by the SDK alone, in a loop: `node bare-sdk.ts <calls> <in flight>`, with `ANTHROPIC_BASE_URL` and a key. Nothing is kept, scored or held back:
 * what is left of Docket's row beside this one is Docket's.
 */
import Anthropic from '@anthropic-ai/sdk';
import { questionOf, systemPrompt } from './one-call-agent.ts';

const [calls = 1, inFlight = 1] = process.argv.slice(2).map(Number);
const client = new Anthropic({ maxRetries: 0 });
let started = 0;
let passed = 0;
const worker = async () => {
  while (started < calls) {
    started += 1;
    const { content } = await client.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 4096,
      system: [{ type: 'text', text: systemPrompt }],
      messages: [{ role: 'user', content: [{ type: 'text', text: questionOf(started) }] }],
    });
    if (content.some((block) => block.type === 'text' && (JSON.parse(block.text) as { approved: unknown }).approved === true)) passed += 1;
  }
};
await Promise.all(Array.from({ length: inFlight }, worker));
console.log(`${passed} passed, ${calls - passed} failed`);
