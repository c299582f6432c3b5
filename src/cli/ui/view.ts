import type { AppProject } from '../../app/app-project.ts';
import { plainLine } from '../../text/hostile-text.ts';

/** Where the app is, for whom, and how it ends. */
export function servedLines(url: string, { root, canWrite }: Pick<AppProject, 'root' | 'canWrite'>): string[] {
  return [
    `${plainLine(root)} is served at`,
    `  ${url}`,
    canWrite ? 'Whoever opens that address may also stop runs and begin them.' : 'It only reads; with --write the page may change things.',
    'Ctrl-C ends it.',
  ];
}
