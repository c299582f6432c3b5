import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import biomeConfiguration from '../biome.json' with { type: 'json' };

const source = import.meta.dirname;
const repository = join(source, '..');
const map = readFileSync(join(source, 'README.md'), 'utf8');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repository, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(repository, file)));
const sources = files.filter((file) => /^src\/.*\.tsx?$/.test(file) && !/\.test\.ts$|\/testing\/|\/fixtures\//.test(file));
const rooms = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory());

function section(heading: string): string {
  const [, text] = map.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`The map has no section "${heading}".`);
  return text.split('\n## ')[0] ?? '';
}
const codeSpans = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

/** A code span that names a place of the tree: a folder with its slash, a file, or a place below a folder of the repository or of src. */
function isPlace(span: string): boolean {
  if (!/^[\w.-]+(?:\/[\w.*-]+)*\/?$/.test(span)) return false;
  if (span.startsWith('.') || /^v\d/.test(span)) return false;
  return span.includes('/') || /\.(?:tsx?|md|json)$/.test(span);
}

/** Paths count from src or from the top; a bare file name may stand anywhere. What commands write is named by the code that writes it. */
function exists(place: string): boolean {
  if (existsSync(join(source, place)) || existsSync(join(repository, place))) return true;
  if (place.startsWith('reports/'))
    return sources.some((file) => readFileSync(join(repository, file), 'utf8').includes(`${basename(place)}'`));
  return !place.includes('/') && files.some((file) => basename(file) === place);
}

describe('the map against the tree', () => {
  it('names places that exist', () => {
    const places = codeSpans(map).filter(isPlace);
    expect(places.length).toBeGreaterThan(30);
    expect(places.filter((place) => !exists(place))).toEqual([]);
  });

  it('draws places that exist, and every stage of a flow', () => {
    const drawings = [...map.matchAll(/^ {4}.*$/gm)].map(([line]) => line).join('\n');
    const places = [...drawings.matchAll(/(?<![\w/.])[a-z][\w-]*(?:\/[\w.*-]*)+/g)].map(([place]) => place.replace(/\*$/, ''));
    expect(places.length).toBeGreaterThan(8);
    expect(places.filter((place) => !exists(place))).toEqual([]);
    const named = new Set([...map.matchAll(/(?<![\w-])\d-[a-z]+(?:-[a-z]+)*/g)].map(([stage]) => stage));
    const stages = sources.flatMap((file) => /^src\/flows\/.*\/(\d-[\w-]+)\.ts$/.exec(file)?.[1] ?? []);
    expect([...named].toSorted()).toEqual([...new Set(stages)].toSorted());
  });

  it('names every room of src, and no other', () => {
    const floors = [...section('Who imports whom').matchAll(/^\d\. .*(?:\n {3}.*)*/gm)].map(([floor]) => floor.replaceAll(/\(.*?\)/gs, ''));
    expect(floors).toHaveLength(4);
    expect([...floors.flatMap(codeSpans), 'underwriting'].sort()).toEqual(rooms);
  });

  it('says for every word where it stands in the code', () => {
    const rows = [...section('The words').matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$/gm)]
      .slice(1)
      .map(([, word = '', place = '']) => ({ word, place }));
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.length).toBeLessThanOrEqual(25);
    expect(new Set(rows.map(({ word }) => word)).size).toBe(rows.length);
    for (const { word, place } of rows) {
      const [, name = '', file = ''] = /^`(\w+)` in `([\w/-]+\.ts)`$/.exec(place) ?? [];
      expect(existsSync(join(source, file)) && file !== '', `${word}: ${place}`).toBe(true);
      expect(readFileSync(join(source, file), 'utf8'), `${word}: ${place}`).toMatch(
        new RegExp(`^export (?:interface|type|const|class|function) ${name}\\b`, 'm'),
      );
    }
  });

  it('says where network, files, databases and processes are touched', () => {
    const [paragraph = ''] =
      /Network, files, databases and other processes are touched only in:.*?(?=\n\n|\n*$)/s.exec(section('Who imports whom')) ?? [];
    const permitted = [...codeSpans(paragraph), 'underwriting'].map((place) => `src/${place}`);
    expect(permitted.length).toBeGreaterThan(10);
    expect(permitted.filter((place) => !existsSync(join(repository, place)))).toEqual([]);
    const outside =
      /^(?:import|export) (?!type )[^;]*? from '(?:node:(?:fs|fs\/promises|http|https|net|tls|dns|dgram|sqlite|child_process|worker_threads|cluster)|@anthropic-ai\/sdk.*|@opentelemetry\/(?:exporter|sdk).*)'|(?<![.\w])fetch\(/m;
    const touching = sources.filter((file) => outside.test(readFileSync(join(repository, file), 'utf8')));
    expect(touching.length).toBeGreaterThan(30);
    const within = (file: string) =>
      permitted.some((place) => file === place || file.startsWith(place.endsWith('/') ? place : `${place}/`));
    expect(touching.filter((file) => !within(file))).toEqual([]);
    expect(permitted.filter((place) => !sources.some((file) => file === place || file.startsWith(place)))).toEqual([]);
  });
});

describe('the import rules against the tree', () => {
  const rules = biomeConfiguration.overrides.flatMap((override) => {
    const { style } = override.linter.rules as { style?: { noRestrictedImports?: { options: { patterns: { group: string[] }[] } } } };
    const patterns = style?.noRestrictedImports?.options.patterns;
    return patterns ? [{ includes: override.includes, groups: patterns.flatMap(({ group }) => group) }] : [];
  });
  const roomOf = (pattern: string) => /^(?:src|\*\*)\/([\w-]+)\//.exec(pattern)?.[1];

  it('are about rooms that exist', () => {
    const named = rules.flatMap(({ includes, groups }) => [...includes, ...groups.filter((group) => group.startsWith('**/'))].map(roomOf));
    expect(named.filter((room) => room === undefined || !rooms.includes(room))).toEqual([]);
  });

  it('are there for every room', () => {
    expect([...new Set(rules.flatMap(({ includes }) => includes.map(roomOf)))].sort()).toEqual(rooms);
  });
});
