import { useEffect, useState } from 'preact/hooks';

/** What a place shows in detail, as the address after `#` says it: names with values, all of which can be linked to. */
export function useFragment(): URLSearchParams {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return new URLSearchParams(hash.slice(1));
}

/** Puts values into the address; an empty one takes its name out. What is typed letter by letter makes no history. */
export function putFragment(values: Readonly<Record<string, string>>): void {
  const parameters = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of Object.entries(values)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const hash = parameters.size === 0 ? '' : `#${parameters}`;
  if (hash === location.hash) return;
  history.replaceState(null, '', `${location.pathname}${hash}`);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
