import { useEffect, useState } from 'preact/hooks';

/** The page's places by the path of the address. What a place shows in detail stands behind the `#`, and is the place's own. */
export function usePlace(): string {
  const [path, setPath] = useState(() => location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    addEventListener('popstate', follow);
    addEventListener('placechange', follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('placechange', follow);
    };
  }, []);
  return path;
}

/** A foreign name as part of an address. Half a character, which no address can hold, goes as the sign for what cannot be read. */
export function addressPart(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** Goes to a place of the page, given as path with or without a fragment, without loading anything anew. */
export function goToPlace(address: string): void {
  history.pushState(null, '', address);
  scrollTo(0, 0);
  dispatchEvent(new Event('placechange'));
  // The fragment may be another one, too.
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Takes clicks on links within the page, so that going to a place loads nothing; a new tab, a download and the like stay the browser's. */
export function takeLinks(): void {
  addEventListener('click', (event) => {
    const { target } = event;
    const link = target instanceof Element ? target.closest('a') : null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    // Within one place the fragment says everything, and the browser goes there by itself.
    if (link.pathname === location.pathname && link.hash !== '') return;
    event.preventDefault();
    goToPlace(`${link.pathname}${link.hash}`);
  });
}
