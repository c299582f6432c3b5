import type { KeptRun, RanVersion } from '../../../contracts/kept-run.ts';
import type { Headline } from '../../../reporters/words.ts';
import { count, counted, percent } from '../../../text/figures.ts';

/** What a run has come to, or how it stands. */
export function runHeadline({ state, verdict }: KeptRun): Headline {
  switch (state) {
    case 'running':
      return { mark: '…', name: 'Running', tone: 'calm' };
    case 'broken':
      return { mark: '!', name: 'Broken off', tone: 'warn' };
    case 'stopped':
      return { mark: '■', name: 'Stopped', tone: 'warn' };
    case 'failed':
      return { mark: '!', name: headed(verdict?.name ?? 'failed'), tone: 'bad' };
    case 'done':
      return verdict
        ? { mark: marks[verdict.tone], name: headed(verdict.name), tone: verdict.tone }
        : { mark: '=', name: 'Done', tone: 'calm' };
  }
}

/** As it stands above a page and in a list of such. */
function headed(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const marks = { good: '✓', bad: '✗', warn: '!', calm: '⇄' } as const;

/** `7 of 10 · 70 %`, or what is missing. */
export function passText({ passes, runs }: Pick<RanVersion, 'passes' | 'runs'>): string {
  return runs === 0 ? 'not run' : `${percent(passes / runs)} · ${count(passes)} of ${count(runs)}`;
}

/** How far it is. */
export function trialsText({ trials: { done, wanted, reused } }: KeptRun): string {
  const far = wanted === undefined || wanted === done ? counted(done, 'trial') : `${count(done)} of ${counted(wanted, 'trial')}`;
  return reused === 0 ? far : `${far}, ${count(reused)} stored before`;
}

/** Milliseconds that it took, or takes until now. */
export function runTime({ startedAt, endedAt }: KeptRun, now: number): number {
  return Math.max(0, (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}
