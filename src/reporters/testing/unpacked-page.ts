import { gunzipSync } from 'node:zlib';
import type { EvaluationReport } from '../../contracts/evaluation-report.ts';
import type { Report } from '../../contracts/verdict.ts';
import type { CaseDetail, PageIndex } from '../page/page-data.ts';
import { type PackLimits, packingPage } from '../page-pack.ts';

/** What a page reads out of itself, and how large its chunks are in it. */
export interface UnpackedPage {
  readonly index: PageIndex;
  /** By chunk and place. */
  readonly details: readonly (readonly CaseDetail[])[];
  readonly bytes: number;
}

/** Packs a report, and reads it again as the page does. */
export function unpackedPage(report: Report | EvaluationReport, limits: PackLimits): UnpackedPage {
  const steps = packingPage(report, limits);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { index, chunks } = step.value;
  return {
    index: JSON.parse([...index()].join('')) as PageIndex,
    details: chunks.map((chunk) => JSON.parse(gunzipSync(chunk).toString('utf8')) as CaseDetail[]),
    bytes: chunks.reduce((sum, chunk) => sum + Buffer.from(chunk).toString('base64').length, 0),
  };
}
