import { openSession, type Session, type SessionOptions } from '../../flows/session.ts';
import { plainText } from '../../text/hostile-text.ts';
import { drawOver } from '../terminal/draw-over.ts';
import type { CommandContext } from './command-context.ts';
import { type ModelOptions, sessionOptions } from './run-options.ts';

/**
 * Opens a session and says first, on the note stream, who answers when it is not a live model.
 * @throws {DocketError} as openSession does
 */
export async function openAnnouncedSession(
  { terminal, invocation }: CommandContext,
  options: ModelOptions,
  more: Pick<SessionOptions, 'config' | 'store' | 'traces' | 'version'> = {},
): Promise<Session> {
  let announced = false;
  const session = await openSession({
    ...sessionOptions(options),
    ...more,
    directory: invocation.directory,
    environment: terminal.environment,
    warn(message) {
      announced ||= message.includes('simulated model');
      // Over the line of progress, which is drawn again below.
      drawOver(terminal.note);
      terminal.note.line(terminal.note.style('yellow', plainText(message)));
    },
  });
  if (announced) return session;
  if (session.mode === 'simulated') {
    terminal.note.line(terminal.note.style('yellow', 'simulated model: an offline stand-in answers, not a language model.'));
  } else if (session.mode === 'recorded') {
    terminal.note.line(terminal.note.style('yellow', 'recorded model: stored answers are replayed, no model is called.'));
  }
  return session;
}
