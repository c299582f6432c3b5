import { counted } from '../../text/figures.ts';

/** `3 log records wait for spans that have not come.` */
export function waitingWords(waiting: number): string {
  return `${counted(waiting, 'log record')} with messages ${waiting === 1 ? 'waits for a span that has' : 'wait for spans that have'} not come.`;
}
