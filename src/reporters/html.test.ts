import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { html } from './html.ts';
import { bundlePage } from './page/build.ts';
import type { PageIndex } from './page/page-data.ts';
import { exampleVerdict, largeComparison } from './testing/example-report.ts';
import { hostileText } from './testing/hostile-text.ts';
import { unpackedPage } from './testing/unpacked-page.ts';

test('the committed bundle is current (npm run generate writes it)', async () => {
  expect(readFileSync(new URL('./page/bundle.generated.ts', import.meta.url), 'utf8')).toBe(await bundlePage());
});

test('the page allows itself its own script and style and nothing else', () => {
  const page = html.render(exampleVerdict());
  expect(page).toMatch(
    /content="default-src 'none'; script-src 'sha256-[^' ]{44}'; style-src 'sha256-[^' ]{44}'; base-uri 'none'; form-action 'none'"/,
  );
  expect(page).not.toMatch(/ (src|href|style|on\w+)=/);
  expect(page).toContain('<title>Regressed · underwriter · Docket</title>');
});

test('hostile text stays inside the data: the page has the elements it was given', () => {
  const count = (page: string) => [...page.matchAll(/<(script|\/script|img|!--|a)\b/gi)].length;
  const plain = html.render(exampleVerdict());
  const hostile = html.render(exampleVerdict({ aside: hostileText, title: hostileText }));
  expect(count(hostile)).toBe(count(plain));
});

test('details stand where the index says, in reading order, the label change first', () => {
  const report = exampleVerdict();
  const { index, details } = unpackedPage(report, { bytes: 1_000_000 });
  expect(index.cases.map(({ change }) => change).slice(0, 3)).toEqual(['label-changed', 'flipped-to-fail', 'worse']);
  for (const { id, chunk, place, arms } of index.cases) {
    const given = report.cases.find((each) => each.id === id);
    expect(details[chunk]?.[place]?.[1]?.map(({ decision }) => decision)).toEqual(given?.candidate.trials.map(({ decision }) => decision));
    expect(arms[1]?.trials).toHaveLength(given?.candidate.trials.length ?? -1);
  }
});

test('where space is short, transcripts go before decisions, and the page says so', () => {
  const report = largeComparison(40, 20);
  const full = unpackedPage(report, { bytes: Number.POSITIVE_INFINITY });
  expect(full.index.omitted).toBeUndefined();
  const size = ({ bytes }: { readonly bytes: number }) => bytes;
  const small = unpackedPage(report, { bytes: size(full) - 1 });
  expect(size(small)).toBeLessThan(size(full));
  expect(small.index.omitted).toMatch(/^To keep this page small it has the transcripts of [\d,]+ of [\d,]+ trials: /);
  const bare = unpackedPage(report, { bytes: 1 });
  // Those that matter most, as far as there is room: some of the cases that fail.
  const some = unpackedPage(report, { bytes: size(bare) + 4000 });
  const kept = some.index.cases.filter(({ chunk, place }) =>
    some.details[chunk]?.[place]?.some((arm) => arm.some(({ transcript }) => transcript)),
  );
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.map(({ result }) => result)).not.toContain('passes');
  expect(size(some)).toBeLessThanOrEqual(size(bare) + 4000);
  const details = bare.details.flat();
  expect(details.flatMap(([, candidate = []]) => candidate).every(({ decision, transcript }) => decision && !transcript)).toBe(true);
  expect(details).toHaveLength(40);
});

test('of more trials than a page can show it shows the failing ones first, and says so; the counts are of all', () => {
  const report = largeComparison(40, 20);
  const all = report.cases.flatMap(({ baseline, candidate }) => [...baseline.trials, ...candidate.trials]).length;
  const { index, details } = unpackedPage(report, { bytes: Number.POSITIVE_INFINITY, trials: 240 });
  expect(index.omitted).toMatch(
    new RegExp(
      `^Of ${all.toLocaleString('en')} trials this page shows 240, at most 3 of a case and version, failing ones first;.*comparison\\.json has every one`,
    ),
  );
  for (const { id, arms, chunk, place } of index.cases) {
    const given = report.cases.find((each) => each.id === id)?.candidate;
    const failing = given?.trials.filter(({ pass }) => !pass).map(({ number }) => number) ?? [];
    const shown = arms[1]?.trials.map(([number]) => number) ?? [];
    expect(shown).toHaveLength(3);
    expect(shown).toEqual(shown.toSorted((one, other) => one - other));
    for (const number of failing.slice(0, 3)) expect(shown).toContain(number);
    expect([arms[1]?.passes, arms[1]?.runs]).toEqual([given?.passes, given?.runs]);
    expect(details[chunk]?.[place]?.[1]?.map(({ decision }) => decision)).toEqual(
      shown.map((number) => given?.trials.find((trial) => trial.number === number)?.decision),
    );
  }
  expect(unpackedPage(report, { bytes: Number.POSITIVE_INFINITY, trials: all }).index.omitted).toBeUndefined();
});

test('an error has no cases and is a page all the same', () => {
  const page = html.render({
    kind: 'verdict',
    verdict: 'error',
    schemaVersion: 1,
    createdAt: '2026-11-23T15:08:00.000Z',
    rerun: 'docket gate',
    notices: [],
    exitCode: 2,
    reason: 'reports/baseline.json: <not> valid JSON.',
  });
  expect(page).toContain('reports/baseline.json: &#60;not&#62; valid JSON.');
  const index = JSON.parse(/id="index">(.*?)<\/script>/.exec(page)?.[1] ?? '') as PageIndex;
  expect(index.cases).toEqual([]);
});
