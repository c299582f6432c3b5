import { DocketError } from '../contracts/docket-error.ts';
import { ApiFault } from './api/api-fault.ts';
import { AppProject } from './app-project.ts';
import type { DeskAnswer, DeskFault, DeskQuestion } from './desk-message.ts';
import { answerAtDesk, deskRoute, StaleAgent } from './desk-question.ts';

/** A process that has loaded the project's own code and answers about its drafts and labels, one question after the other, until nobody asks any more. */
const project = new AppProject({ directory: process.cwd(), environment: process.env, canWrite: true });
const never = new AbortController().signal;
let turn: Promise<unknown> = Promise.resolve();

process.on('message', (asked: DeskQuestion) => {
  turn = turn.then(async () => {
    const answer = await answerOf(asked);
    // Who asked may be gone.
    if (process.connected) process.send?.(answer);
  });
});
process.once('disconnect', () => void turn.finally(() => process.exit()));
// Ctrl-C at the terminal is said to all of its processes: what is being saved is saved, and the end of the server ends this one.
process.on('SIGINT', () => {});

async function answerOf({ number, route, question, reviewer, whyNobody }: DeskQuestion): Promise<DeskAnswer> {
  try {
    const context = { project, signal: never, reviewer: reviewer ?? undefined, whyNobody };
    return { number, kind: 'answer', answer: await answerAtDesk(deskRoute(route), question, context) };
  } catch (error) {
    if (error instanceof StaleAgent) return { number, kind: 'stale' };
    const unloaded = await project.desk().then(
      () => false,
      () => true,
    );
    return { number, kind: 'fault', fault: faultOf(error), unloaded };
  }
}

function faultOf(error: unknown): DeskFault {
  if (error instanceof ApiFault) return { of: 'asker', status: error.status, message: error.message };
  if (error instanceof DocketError) return { of: 'project', message: error.message, isChanged: error.code === 'changed-meanwhile' };
  return { of: 'docket', message: error instanceof Error ? error.message : String(error) };
}
