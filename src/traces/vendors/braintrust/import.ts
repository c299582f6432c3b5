import { DocketError } from '../../../contracts/docket-error.ts';
import type { Importer, PageRequest } from '../../importers/importer.ts';
import { objectOf } from '../../importers/json-text.ts';
import { listIn, parseAnswer, readRecords } from '../../importers/read-records.ts';
import { isoDate } from '../../importers/unix-nano.ts';
import { readBraintrustSpan } from './span.ts';
import { readSpanTree } from './span-tree.ts';

/**
 * Braintrust's logs: POST /btql with SQL over project_logs(), paged by a cursor
 * (https://www.braintrust.dev/docs/api-reference/query); and span trees as its SDK prints them.
 */
export const braintrustImporter: Importer = {
  pageSize: 500,
  target(settings) {
    const key = settings.key('Braintrust', 'BRAINTRUST_API_KEY');
    const project = settings.project ?? settings.value('BRAINTRUST_PROJECT');
    if (project === undefined) {
      throw new DocketError(
        'Braintrust needs the project: give --project with its name or id, or set BRAINTRUST_PROJECT, here or in .env.',
      );
    }
    return {
      baseUrl: settings.baseUrl('https://api.braintrust.dev', 'BRAINTRUST_API_URL'),
      headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
      secrets: [key],
      project,
    };
  },
  async page(client, { project = '' }, request) {
    const answer = await client.request({
      method: 'POST',
      path: '/btql',
      body: JSON.stringify({ query: sqlOf(project, request), fmt: 'json' }),
      headers: { 'content-type': 'application/json' },
    });
    if (answer.kind !== 'answer') return answer;
    const parsed = parseAnswer('Braintrust', answer.text);
    const rows = listIn('Braintrust', parsed, 'data');
    const cursor = objectOf(parsed)?.cursor ?? answer.headers.get('x-bt-cursor');
    // The last page has a cursor, too: what comes later stands behind it.
    const next = rows.length > 0 && typeof cursor === 'string' && cursor !== '' ? cursor : undefined;
    return { kind: 'page', ...readRecords(rows, readBraintrustSpan), ...(next === undefined ? {} : { next }) };
  },
  isExport: (text) => /^\s*\{\s*"span_tree"\s*:/.test(text),
  readExport: readSpanTree,
};

function sqlOf(project: string, { window, agent, cursor, limit }: PageRequest): string {
  // With a shape of traces every span of a trace comes whose root is the one that is asked for.
  const from = agent === undefined ? `project_logs(${quoted(project)})` : `project_logs(${quoted(project)}, shape => 'traces')`;
  const conditions = [
    `created >= ${quoted(isoDate(window.since))}`,
    `created < ${quoted(isoDate(window.until))}`,
    ...(agent === undefined ? [] : ['is_root = true', `span_attributes.name = ${quoted(agent)}`]),
  ];
  const offset = cursor === undefined ? '' : ` OFFSET ${quoted(cursor)}`;
  return `SELECT * FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY _pagination_key LIMIT ${limit}${offset}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
