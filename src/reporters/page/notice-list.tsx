import type { Notice } from '../../contracts/notice.ts';
import { Name } from './foreign.tsx';
import { linkTo } from './route.ts';

/** Most notices that are shown without asking. */
const most = 6;

/** Notices, in the order of the report; a notice about a case that is on the page links to it. */
export function NoticeList({ notices, known }: { readonly notices: readonly Notice[]; readonly known: ReadonlySet<string> }) {
  const items = notices.map(({ kind, message, caseId }, index) => (
    <li key={index}>
      <b>{kind.replaceAll('-', ' ')}</b>{' '}
      {caseId !== undefined && (
        <>
          {known.has(caseId) ? (
            <a href={linkTo({ caseId })}>
              <Name text={caseId} />
            </a>
          ) : (
            <code>
              <Name text={caseId} />
            </code>
          )}
          :{' '}
        </>
      )}
      <Name text={message} />
    </li>
  ));
  return (
    <>
      <ul class="notices">{items.slice(0, most)}</ul>
      {items.length > most && (
        <details>
          <summary>{items.length - most} more</summary>
          <ul class="notices">{items.slice(most)}</ul>
        </details>
      )}
    </>
  );
}
