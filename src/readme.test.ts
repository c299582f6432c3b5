import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeUnderwriterProject } from '../evals/docs/underwriter-project.ts';
import packageManifest from '../package.json' with { type: 'json' };
import { runHere } from './cli/testing/run-here.ts';
import { caseSchema } from './contracts/case.ts';
import { exitCodes } from './contracts/docket-error.ts';
import { baselineSchema } from './gate/baseline-file.ts';
import { gateOptionsSchema } from './gate/gate-options.ts';
import { parseWaiver } from './gate/waiver.ts';
import { matchers } from './vitest/matchers/matchers.ts';

const repository = join(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repository, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(repository, file)));
const read = (page: string) => readFileSync(join(repository, page), 'utf8');

/** What a user reads, and all that is linked by it. Prompts and fixtures are no documentation. */
const recipes = readdirSync(join(repository, 'evals/docs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `evals/docs/${file}`);
const guide = ['README.md', ...recipes];
const documentation = tracked.filter((file) => file.endsWith('.md') && !/\/fixtures\/|\/prompts\//.test(file));

const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
const proseOf = (page: string) => read(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
const rowsOf = (page: string, head: string) => {
  const [, table = ''] = read(page).split(`${head}\n`);
  return [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
};

const project = makeUnderwriterProject();
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Everything between two ellipses must stand in the output, in this order. */
function expectShown(output: string, shown: string): void {
  let from = 0;
  for (const part of shown.split('…').map((piece) => piece.trim())) {
    const at = output.indexOf(part, from);
    expect(at, `"${part}" in:\n${output}`).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

const consoleBlocksOf = (page: string) =>
  blocksOf(page, 'console').map((block) => {
    const [command = '', ...lines] = block.trimEnd().split('\n');
    return { page, command: command.replace('$ ', ''), lines };
  });

describe('the README', () => {
  const blocks = consoleBlocksOf('README.md');

  it('is short, and lists its contents', () => {
    const text = read('README.md');
    expect(text.split('\n').length).toBeLessThan(250);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
    const [, contents = ''] = /^## Contents\n([\s\S]*?)\n## /m.exec(text) ?? [];
    expect([...contents.matchAll(/^- \[(.*?)\]/gm)].map(([, name]) => name)).toEqual(headings.slice(headings.indexOf('Contents') + 1));
    for (const page of recipes) expect(text).toContain(`(${page})`);
  });

  it('says of promptfoo eval how many cases there are', () => {
    const cases = readdirSync(join(repository, 'cases')).filter((file) => file.endsWith('.json') && file !== 'case.schema.json');
    expect(blocksOf('README.md', 'text')[0]).toBe(
      `✗ v1 (for comparison only): 0 of ${cases.length} trials passed\n✓ v2 (the current version): ${cases.length} of ${cases.length} trials passed\n`,
    );
  });

  it('shows commands', () => {
    expect(blocks.length).toBeGreaterThan(1);
  });

  it.each(blocks)('$command prints what it says', ({ command, lines }) => {
    const environment = { ...process.env, COLUMNS: '140', NO_COLOR: '1', ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' };
    const { stdout, status } = spawnSync(`${command} --mode simulated`, {
      cwd: repository,
      encoding: 'utf8',
      env: environment,
      shell: true,
    });
    expect(status).toBe(0);
    for (const line of lines) expectShown(stdout, line);
  });

  it('shows a case that is one', () => {
    const [example = ''] = blocksOf('README.md', 'json');
    expect(() => caseSchema.parse(JSON.parse(example))).not.toThrow();
  });
});

describe('the recipes', () => {
  it.each(recipes.flatMap(consoleBlocksOf))('$command prints what $page says', async ({ command, lines }) => {
    const words = command.replace('npx docket ', '').split(' ');
    const { code, stdout } = await runHere([...words, '--mode', 'simulated'], { directory: project });
    expect(code).toBe(0);
    for (const line of lines) expectShown(stdout, line);
  });

  it.each(
    rowsOf('evals/docs/command-line.md', '| command | `kind` |').map(([command = '', kind = '']) => ({
      command: command.replaceAll('`', ''),
      kind: kind.replaceAll('`', ''),
    })),
  )('$command prints one object of kind $kind', async ({ command, kind }) => {
    const { code, stdout } = await runHere(command.replace('npx docket ', '').split(' '), { directory: project });
    expect(JSON.parse(stdout)).toMatchObject({ kind });
    expect(code).toBe(0);
  });

  it('name every exit code', () => {
    const told = rowsOf('evals/docs/command-line.md', '| code | meaning |').map(([code]) => Number(code));
    expect(told).toEqual(Object.values(exitCodes).toSorted((one, other) => one - other));
  });

  it('name every matcher', () => {
    const told = rowsOf('evals/docs/vitest.md', '| matcher | holds when |').map(([matcher = '']) => /^`(\w+)/.exec(matcher)?.[1]);
    expect(told.toSorted()).toEqual(Object.keys(matchers).toSorted());
  });

  it("name every input of the gate's action", () => {
    const action = parse(read('action.yml')) as { inputs: object };
    const told = rowsOf('evals/docs/gate-in-ci.md', '| input | default | |').flatMap(([names = '']) =>
      names.replaceAll('`', '').split(', '),
    );
    expect(told.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  });

  it('name options of the gate that are there, with their defaults', () => {
    const [, options = ''] = read('evals/docs/statistics.md').split('\n## Options\n');
    const defaults: Readonly<Record<string, unknown>> = gateOptionsSchema.parse({});
    const told = [...(options.split('\n## ')[0] ?? '').matchAll(/`(\w+)`(?: \(([\d.]+)\))?/g)].filter(([, name = '']) => name !== 'gate');
    expect(told.length).toBeGreaterThan(5);
    for (const [, name = '', value] of told) {
      if (name === 'docket') continue;
      expect(Object.keys(gateOptionsSchema.shape)).toContain(name);
      if (value !== undefined) expect(defaults[name], name).toBe(Number(value));
    }
  });

  it('show tombstones and waivers that are taken', () => {
    const [tombstone = '', waivers = ''] = blocksOf('evals/docs/baseline.md', 'json');
    expect(baselineSchema.shape.tombstones.safeParse([JSON.parse(tombstone)]).error).toBeUndefined();
    for (const waiver of JSON.parse(waivers) as unknown[]) expect(() => parseWaiver(waiver, 'baseline.md')).not.toThrow();
  });
});

/** Every `docket …` of a page, in blocks and within sentences, without comments and what else is on the line. */
function docketCommandsOf(page: string): string[] {
  const inBlocks = [...read(page).matchAll(/^```(?:sh|console|text)\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s#.*$/, ''))
      .filter((line) => /(?:^|[$&=] ?\S* ?)npx docket /.test(line)),
  );
  const inSentences = [...proseOf(page).matchAll(/`([^`\n]*)`/g)].map(([, span = '']) => span);
  return [...inBlocks, ...inSentences].flatMap((text) =>
    text
      .split(/\s&&?\s|\s&$| > /)
      .flatMap((part) => /^(?:\$ )?(?:\S+=\S+ )*(?:npx )?docket ([a-z].*)$/.exec(part.trim())?.[1] ?? [])
      .map((words) => words.trim()),
  );
}

const helpTexts = new Map<string, Promise<string>>();
function helpOf(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const known = helpTexts.get(key) ?? runHere([...words, '--help'], { directory: project }).then(({ stdout }) => stdout);
  helpTexts.set(key, known);
  return known;
}

/** What the command line does not know of a command; undefined when it knows all of it. */
async function unknownIn(command: string): Promise<string | undefined> {
  const words = command.replaceAll(/"[^"]*"|'[^']*'/g, 'quoted').split(/\s+/);
  const path: string[] = [];
  for (let help = await helpOf(path); help.includes('\nCommands:\n'); help = await helpOf(path)) {
    const next = words[path.length];
    if (next === undefined || next === '…' || next.startsWith('-')) break;
    if (!new RegExp(`^ {2}${next}\\b`, 'm').test(help.split('\nCommands:\n')[1] ?? '')) return `"${next}"`;
    path.push(next);
  }
  const help = await helpOf(path);
  const options = words.slice(path.length).filter((word) => /^--?[a-z]/.test(word));
  return options.find(
    (option) => !new RegExp(`^ {2}(?:-\\w, )?${option}\\b`, 'm').test(help) && !new RegExp(`^ {2}${option}, `, 'm').test(help),
  );
}

describe.each(documentation)('%s', (page) => {
  it('names commands, scripts and files that exist', async () => {
    const unknown = [];
    for (const command of docketCommandsOf(page)) {
      const what = await unknownIn(command);
      if (what !== undefined) unknown.push(`docket ${command}: ${what}`);
    }
    expect(unknown).toEqual([]);
    const text = read(page);
    for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      expect(Object.keys(packageManifest.scripts)).toContain(script);
    const files = [...text.matchAll(/(?:`|node |-c |-r )((?:src|evals|cases|\.github)\/[\w./-]+\.\w+)/g)].map(([, file = '']) => file);
    expect(files.filter((file) => !tracked.includes(file) && !/^cases\/(?:1[678]-|reviews\.ndjson$)/.test(file))).toEqual([]);
  });

  it('has links and pictures that lead somewhere', () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
      ([, link, attribute]) => link ?? attribute ?? '',
    );
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : normalize(join(dirname(page), path));
        if (!existsSync(join(repository, target))) return true;
        return anchor !== undefined && !anchorsOf(target).has(anchor);
      });
    expect(broken).toEqual([]);
  });
});

it('names at least fifty commands in all', () => {
  expect(guide.flatMap(docketCommandsOf).length).toBeGreaterThan(50);
});

it('says nothing twice', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const page of guide) {
    for (const sentence of proseOf(page)
      .replaceAll(/^\|.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .split(/(?<=[.:]) /)) {
      if (sentence.length < 60) continue;
      const before = seen.get(sentence);
      if (before !== undefined) twice.push(`${before}, ${page}: ${sentence}`);
      seen.set(sentence, page);
    }
  }
  expect(twice).toEqual([]);
});

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} (.*)$/gm)) {
    const plain = heading
      .replaceAll(/\[(.*?)\]\(.*?\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let next = 1; anchors.has(anchor); next += 1) anchor = `${plain}-${next}`;
    anchors.add(anchor);
  }
  return anchors;
}
