import { useEffect } from 'preact/hooks';

/** What each key does, as the help lists it. */
export const keyNames = (from: string, to: string) =>
  [
    ['j', 'next case'],
    ['k', 'previous case'],
    ['n', `next trial of ${to}`],
    ['p', `previous trial of ${to}`],
    ['N', `next trial of ${from}`],
    ['P', `previous trial of ${from}`],
    ['1 – 5', 'cases, matrix, consistency, cost, trend'],
    ['/', 'search'],
    ['?', 'this list'],
  ] as const;

/** Calls `onKey` for keys that are pressed alone and not into a field. The handler says whether it took the key. */
export function useKeys(onKey: (key: string) => boolean): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target } = event;
      const typing =
        target instanceof HTMLElement && target.closest('input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]');
      if (event.altKey || event.ctrlKey || event.metaKey || typing) return;
      if (onKey(event.key)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
