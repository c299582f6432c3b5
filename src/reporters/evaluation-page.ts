import type { EvaluationReport } from '../contracts/evaluation-report.ts';
import { detailLimit } from './html.ts';
import { pageDocument } from './page-document.ts';
import { packPage } from './page-pack.ts';

/** An evaluation of any number of versions as one self-contained page. */
export function evaluationPage(report: EvaluationReport): string {
  const { index, chunks } = packPage(report, { bytes: detailLimit, transcripts: 1000 });
  const { name, reason } = report.result;
  const heading = name.charAt(0).toUpperCase() + name.slice(1);
  return pageDocument({ title: `${heading} · ${report.agent} · Docket`, heading, sentence: reason, data: index, chunks });
}
