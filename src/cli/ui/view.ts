import type { AppProject } from '../../app/app-project.ts';
import { plainLine } from '../../text/hostile-text.ts';

/** Where the app is, for whom, and how it ends. */
export function servedLines(url: string, { root, canWrite, whoReviews }: Pick<AppProject, 'root' | 'canWrite' | 'whoReviews'>): string[] {
  return [
    `${plainLine(root)} is served at`,
    `  ${url}`,
    canWrite ? 'Whoever opens that address may also stop runs and begin them.' : 'It only reads; with --write the page may change things.',
    ...(canWrite ? [reviewLine(whoReviews)] : []),
    'Ctrl-C ends it.',
  ];
}

function reviewLine(who: AppProject['whoReviews']): string {
  switch (who.kind) {
    case 'named':
      return `Answers of a review get the name ${plainLine(who.name)}.`;
    case 'header':
      return `Answers of a review get the name that the proxy gives in ${who.header}; whoever has one needs no token.`;
    case 'nobody':
      return 'Nobody can review: git has no user.name. Add --reviewer "Your Name".';
  }
}
