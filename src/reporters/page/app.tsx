import { PageBar } from './page-bar.tsx';
import type { PageIndex } from './page-data.ts';
import { ReportView } from './report-view.tsx';
import { linkTo } from './route.ts';

/** The page of one report: whose it is, and the report. */
export function App({ index }: { readonly index: PageIndex }) {
  const { report } = index;
  return (
    <>
      <PageBar
        of={'agent' in report ? report.agent : undefined}
        mode={'mode' in report ? report.mode : undefined}
        createdAt={report.createdAt}
        start={linkTo({ selection: {} })}
      />
      <main>
        <ReportView index={index} />
      </main>
    </>
  );
}
