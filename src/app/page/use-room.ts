import { useEffect, useState } from 'preact/hooks';

/** Whether the screen is as the media query says, now and when it changes. For what a style sheet cannot know: heights of rows and what a row has room for. */
function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = () => setMatches(list.matches);
    follow();
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

/** Wide enough for all columns of a list; less than that; a phone. The style sheets know the same two widths. */
export type Room = 'wide' | 'medium' | 'narrow';

/** How much room a list has. */
export function useRoom(): Room {
  const isMedium = useMedia('(max-width: 1000px)');
  const isNarrow = useMedia('(max-width: 560px)');
  return isNarrow ? 'narrow' : isMedium ? 'medium' : 'wide';
}
