import { Name } from './foreign.tsx';
import type { PageIndex } from './page-data.ts';
import { ReportView } from './report-view.tsx';
import { linkTo } from './route.ts';

/** The page of one report: whose it is, and the report. */
export function App({ index }: { readonly index: PageIndex }) {
  const { report } = index;
  return (
    <>
      <header class="bar">
        <a class="brand" href={linkTo({ selection: {} })}>
          Docket
        </a>
        {'agent' in report && (
          <span>
            <Name text={report.agent} />
          </span>
        )}
        {'mode' in report && <span class={`tag ${report.mode === 'live' ? 'calm' : 'warn'}`}>{report.mode} model</span>}
        <time class="soft" dateTime={report.createdAt}>
          {report.createdAt.slice(0, 16).replace('T', ' ')} UTC
        </time>
      </header>
      <main>
        <ReportView index={index} />
      </main>
    </>
  );
}
