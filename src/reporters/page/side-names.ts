import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Side } from './page-data.ts';

/** What the two sides are called on this page; see `sideNames`. */
export const SideNames = createContext<Readonly<Record<Side, string>>>({ baseline: 'main', candidate: 'candidate' });

export function useSideNames(): Readonly<Record<Side, string>> {
  return useContext(SideNames);
}
