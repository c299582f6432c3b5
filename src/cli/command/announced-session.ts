import { openSession, type Session, type SessionOptions } from '../../flows/session.ts';
import { plainText } from '../../text/hostile-text.ts';
import { drawOver } from '../terminal/draw-over.ts';
import type { CommandContext } from './command-context.ts';
import { modeNotes } from './mode-notes.ts';
import { type ModelOptions, sessionOptions } from './run-options.ts';

/**
 * Opens a session and says first, on the note stream, who answers when it is not a live model.
 * @throws {DocketError} as openSession does
 */
export async function openAnnouncedSession(
  { terminal, invocation }: CommandContext,
  options: ModelOptions,
  more: Pick<SessionOptions, 'board' | 'config' | 'inWorkers' | 'onScore' | 'serves' | 'store' | 'traces' | 'version'> = {},
): Promise<Session> {
  let announced = false;
  const session = await openSession({
    ...sessionOptions(options),
    ...more,
    directory: invocation.directory,
    environment: terminal.environment,
    note(message) {
      drawOver(terminal.note);
      terminal.note.line(plainText(message));
    },
    warn(message, kind) {
      announced ||= kind === 'unasked-mode';
      // Over the line of progress, which is drawn again below.
      drawOver(terminal.note);
      terminal.note.line(terminal.note.style('yellow', plainText(message)));
    },
  });
  if (!announced && session.mode !== 'live') terminal.note.line(terminal.note.style('yellow', modeNotes[session.mode]));
  return session;
}
