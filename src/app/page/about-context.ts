import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { About } from '../api/about.ts';

/** Which project the app shows, and whether it may change anything. */
export const AboutContext = createContext<About>({ docket: '', root: '', canWrite: false });

export function useAbout(): About {
  return useContext(AboutContext);
}
