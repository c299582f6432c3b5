import { plainLine } from '../../text/hostile-text.ts';

const trailers = { version: 'Docket-Version', from: 'Docket-From', change: 'Docket-Change' } as const;

interface About {
  readonly agent: string;
  readonly version: string;
  readonly from: string;
}

/** The message of a commit of a draft: a sentence, and by which change it is found again. Texts are on one line, so that none is taken for a trailer. */
export function draftCommit(
  { agent, version, from }: About,
  { id, what }: { readonly id: string | undefined; readonly what: string },
): string {
  const head = `${plainLine(agent)} ${version}${id === undefined ? '' : `, ${id}:`} ${clipped(plainLine(what))}`;
  const lines = [
    `${trailers.version}: ${version}`,
    `${trailers.from}: ${from}`,
    ...(id === undefined ? [] : [`${trailers.change}: ${id}`]),
  ];
  return `${head}\n\n${lines.join('\n')}\n`;
}

function clipped(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** A commit on the way from where a draft begins to where it is now. */
export interface DraftCommit {
  readonly commit: string;
  readonly subject: string;
  readonly version: string | undefined;
  readonly change: string | undefined;
}

/** How `git log` is to print commits, and what that says. */
export const logFormat = `%H%x00%s%x00%(trailers:key=${trailers.version},valueonly,separator=%x2C)%x00%(trailers:key=${trailers.change},valueonly,separator=%x2C)%x01`;

export function readLog(text: string): DraftCommit[] {
  return text
    .split('\u0001')
    .map((entry) => entry.replace(/^\n/, ''))
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [commit = '', subject = '', version = '', change = ''] = entry.split('\0');
      return { commit, subject, version: version === '' ? undefined : version, change: change === '' ? undefined : change };
    });
}
