import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** Files of the repository that make a project which imports the package: its agent, configuration and cases. */
const underwriter = {
  files: ['src/underwriting/**', 'docket.config.ts', 'promptfooconfig.yaml', '.promptfoo.env', 'cases/*.json', 'evals/underwriter.eval.ts'],
  without: /\.test\.ts$|\/testing\/|\/fixtures\/|\/generate\.ts$/,
};

/** Imports of the repository's own sources, as a project that installed the package writes them. */
const installed: readonly (readonly [RegExp, string])[] = [
  [/'(?:\.\.?\/)+(?:src\/)?index\.ts'/g, "'docket-evals'"],
  [/'(?:\.\.?\/)+src\/vitest\/index\.ts'/g, "'docket-evals/vitest'"],
  [/file:\/\/src\/promptfoo\/(\w+)\.ts/g, 'file://node_modules/docket-evals/dist/promptfoo/$1.js'],
];

/** Writes the examples that come with the package: each folder is a project that runs where the package is installed. */
export function packExamples(folder: string): void {
  const target = join(folder, 'underwriter');
  const names = globSync(underwriter.files, { cwd: repository }).map((name) => name.replaceAll('\\', '/'));
  for (const name of names.filter((each) => /\.\w+$/.test(each) && !underwriter.without.test(each))) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    if (!/\.(?:ts|yaml)$/.test(name)) cpSync(join(repository, name), join(target, name));
    else {
      const text = readFileSync(join(repository, name), 'utf8');
      writeFileSync(
        join(target, name),
        installed.reduce((sofar, [pattern, by]) => sofar.replaceAll(pattern, by), text),
      );
    }
  }
}
