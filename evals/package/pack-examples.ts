import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** Files of the repository that make a project which imports the package: its agent, configuration and cases. */
interface Example {
  readonly from: string;
  readonly files: readonly string[];
  readonly without: RegExp;
}

/** A project that lies in a folder of its own already. */
const foreign = (from: string): Example => ({ from, files: ['**'], without: /node_modules|\.venv|__pycache__|\.docket|^reports/ });

const examples: Readonly<Record<string, Example>> = {
  'claims-desk': foreign('evals/examples/claims-desk'),
  'pydantic-underwriter': foreign('evals/examples/pydantic-underwriter'),
  underwriter: {
    from: '.',
    files: [
      'src/underwriting/**',
      'docket.config.ts',
      'promptfooconfig.yaml',
      '.promptfoo.env',
      'cases/*.json',
      'evals/underwriter.eval.ts',
    ],
    without: /\.test\.ts$|\/testing\/|\/fixtures\//,
  },
};

/** Imports of the repository's own sources, as a project that installed the package writes them. */
const installed: readonly (readonly [RegExp, string])[] = [
  [/'(?:\.\.?\/)+(?:src\/)?index\.ts'/g, "'docket-evals'"],
  [/'(?:\.\.?\/)+src\/vitest\/index\.ts'/g, "'docket-evals/vitest'"],
  [/file:\/\/src\/promptfoo\/(\w+)\.ts/g, 'file://node_modules/docket-evals/dist/promptfoo/$1.js'],
];

/** Writes the examples that come with the package: each folder is a project that runs where the package is installed. */
export function packExamples(folder: string): void {
  for (const [example, { from, files, without }] of Object.entries(examples)) {
    const source = join(repository, from);
    const found = globSync(files, { cwd: source }).map((name) => name.replaceAll('\\', '/'));
    for (const name of found.filter((each) => statSync(join(source, each)).isFile() && !without.test(each))) {
      const target = join(folder, example, name);
      mkdirSync(dirname(target), { recursive: true });
      if (!/\.(?:ts|yaml)$/.test(name)) cpSync(join(source, name), target);
      else writeFileSync(target, asInstalled(readFileSync(join(source, name), 'utf8')));
    }
  }
}

function asInstalled(text: string): string {
  return installed.reduce((sofar, [pattern, by]) => sofar.replaceAll(pattern, by), text);
}
