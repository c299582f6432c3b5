import { useEffect } from 'preact/hooks';

/** What each key does, as the help lists it. */
export const keyNames = [
  ['j', 'next case'],
  ['k', 'previous case'],
  ['n', 'next trial of the candidate'],
  ['p', 'previous trial of the candidate'],
  ['N', 'next trial of the baseline'],
  ['P', 'previous trial of the baseline'],
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
