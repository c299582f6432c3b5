import { useEffect } from 'preact/hooks';
import type { Side } from './page-data.ts';

/** What each key does, as the help lists it. */
export const keyNames = ({ baseline, candidate }: Readonly<Record<Side, string>>) =>
  [
    ['j', 'next case'],
    ['k', 'previous case'],
    ['n', `next trial of ${candidate}`],
    ['p', `previous trial of ${candidate}`],
    ['N', `next trial of ${baseline}`],
    ['P', `previous trial of ${baseline}`],
    ['1 – 5', 'cases, matrix, consistency, cost, trend'],
    ['/', 'search'],
    ['?', 'this list'],
  ] as const;

/** Calls `onKey` for keys that are pressed alone and not into a field. The handler says whether it took the key. */
export function useKeys(onKey: (key: string) => boolean): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target } = event;
      const typing = target instanceof HTMLElement && target.closest('input:not([type=radio]), textarea, select, dialog[open]');
      if (event.altKey || event.ctrlKey || event.metaKey || typing) return;
      if (onKey(event.key)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
