import type { Readable } from 'node:stream';
import { isCancel } from '@clack/prompts';

/** Whoever was asked did not answer: by Ctrl-C, by Escape, or because what they type on has ended (Ctrl-D, a terminal that is closed). */
export class WentAway extends Error {
  readonly how: 'interrupted' | 'escaped' | 'ended';

  constructor(how: WentAway['how']) {
    super(`the person who was asked went away (${how})`);
    this.how = how;
  }
}

/**
 * The answer to a question. The prompts' library notices no end of its input: its question would stay open for ever, and Node.js end with 13.
 * @param ask asks it, and gives up when the signal says so
 * @throws {WentAway}
 */
export async function asked<Answer>(input: Readable, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Exclude<Answer, symbol>> {
  const gone = new AbortController();
  // Ctrl-D closes the line editor, which pauses its input; so does a question that was answered, and that is told first.
  const onPause = () => setImmediate(() => gone.abort());
  const onEnd = () => gone.abort();
  let pressed: string | undefined;
  const onKey = (_: unknown, key?: { readonly name?: string }) => {
    pressed = key?.name;
  };
  input.on('keypress', onKey);
  input.on('pause', onPause);
  input.once('end', onEnd);
  input.once('close', onEnd);
  try {
    const answer = await ask(gone.signal);
    if (isCancel(answer) || typeof answer === 'symbol')
      throw new WentAway(gone.signal.aborted ? 'ended' : pressed === 'escape' ? 'escaped' : 'interrupted');
    return answer as Exclude<Answer, symbol>;
  } finally {
    input.off('keypress', onKey);
    input.off('pause', onPause);
    input.off('end', onEnd);
    input.off('close', onEnd);
  }
}
