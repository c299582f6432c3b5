import type { EvaluationReport } from '../contracts/evaluation-report.ts';
import { detailLimit } from './html.ts';
import { pageDocument } from './page-document.ts';
import { packingPage } from './page-pack.ts';

/** An evaluation of any number of versions as one self-contained page, in pieces, of which many are empty: it is long in the making. */
export function* evaluationPage(report: EvaluationReport): Generator<string> {
  const { index, chunks } = yield* packingPage(report, { bytes: detailLimit, transcripts: 1000 });
  const { name, reason } = report.result;
  const heading = name.charAt(0).toUpperCase() + name.slice(1);
  yield* pageDocument({ title: `${heading} · ${report.agent} · Docket`, heading, sentence: reason, data: index(), chunks });
}
