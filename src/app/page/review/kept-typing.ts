import { useEffect, useState } from 'preact/hooks';

/**
 * What is typed, kept in the tab until it is saved: a reload, a refusal or a server that was started again loses nothing.
 * @param name of the form, one for each draft
 */
export function useKeptTyping<Typed extends object>(name: string, fresh: Typed): [Typed, (change: Partial<Typed>) => void, () => void] {
  const key = `docket-typed ${name}`;
  const [typed, setTyped] = useState<Typed>(() => ({ ...fresh, ...read(key) }));
  useEffect(() => {
    try {
      if (typed !== fresh) sessionStorage.setItem(key, JSON.stringify(typed));
    } catch {
      // A tab without room for it still has what is on the screen.
    }
  }, [key, typed]);
  const change = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  return [typed, change, () => sessionStorage.removeItem(key)];
}

function read(key: string): object {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** Drafts that were left for later in this tab. */
const skippedName = 'docket-skipped';

export function skippedDrafts(): readonly string[] {
  const kept = read(skippedName) as { readonly ids?: readonly string[] };
  return Array.isArray(kept.ids) ? kept.ids : [];
}

export function setSkipped(ids: readonly string[]): void {
  sessionStorage.setItem(skippedName, JSON.stringify({ ids }));
}
