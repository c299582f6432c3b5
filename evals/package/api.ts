/**
 * What the package exports, as one text for each entry point in `evals/package/api/`, made from its declarations: `npm run api` writes these after a
 * change that is wanted, `npm run api -- --check` fails where they are not what `dist/` declares, and `npm run api -- --reference` writes the
 * reference for people, from the same declarations and their JSDoc, into `reports/api/`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { entryPoints } from './entry-points.ts';

const repository = join(import.meta.dirname, '../..');
const kept = join(import.meta.dirname, 'api');
const scratch = join(repository, '.docket/api');
const { check = false, reference = false } = parseArgs({
  options: { check: { type: 'boolean' }, reference: { type: 'boolean' } },
}).values;

const silent = { default: { logLevel: ExtractorLogLevel.None } };

/** It asks people to commit the report where it wrote it, which is not where it is kept. */
function silence(message: ExtractorMessage): void {
  message.handled = true;
}

/** `./vitest/plugin` is kept in `vitest-plugin.api.md`. */
const fileOf = (name: string) => (name === '.' ? 'index' : name.slice(2).replaceAll('/', '-'));

function extract(name: string, declarations: string): string {
  const file = fileOf(name);
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(repository, 'package.json'),
    configObject: {
      projectFolder: repository,
      mainEntryPointFilePath: join(repository, declarations),
      compiler: {
        overrideTsconfig: {
          compilerOptions: { module: 'nodenext', target: 'es2024', strict: true, skipLibCheck: true, types: ['node'] },
          files: [join(repository, declarations)],
        },
      },
      newlineKind: 'lf',
      apiReport: { enabled: true, reportFileName: `${file}.api.md`, reportFolder: scratch, reportTempFolder: join(scratch, 'temporary') },
      docModel: { enabled: true, apiJsonFilePath: join(scratch, file, `${file}.api.json`) },
      messages: { compilerMessageReporting: silent, extractorMessageReporting: silent, tsdocMessageReporting: silent },
    },
  });
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: silence });
  if (!succeeded) throw new Error(`The declarations of ${name} cannot be read.`);
  return readFileSync(join(scratch, `${file}.api.md`), 'utf8');
}

if (!existsSync(join(repository, 'dist/index.d.ts'))) throw new Error('There is no dist/: run npm run build first.');
rmSync(scratch, { recursive: true, force: true });
mkdirSync(kept, { recursive: true });
mkdirSync(scratch, { recursive: true });
const changed: string[] = [];
for (const { name, declarations } of entryPoints) {
  const report = extract(name, declarations);
  const file = join(kept, `${fileOf(name)}.api.md`);
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  changed.push(name);
  if (!check) writeFileSync(file, report);
}
if (reference) {
  const documenter = join(repository, 'node_modules/@microsoft/api-documenter/bin/api-documenter');
  const target = join(repository, 'reports/api');
  rmSync(target, { recursive: true, force: true });
  for (const file of entryPoints.map(({ name }) => fileOf(name))) {
    const words = ['--input-folder', join(scratch, file), '--output-folder', join(target, file)];
    execFileSync(process.execPath, [documenter, 'markdown', ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  console.log(`The reference is in ${target}, for each entry point in a folder of its own.`);
}
if (changed.length === 0) console.log(`The public API is what ${entryPoints.length} files in evals/package/api say.`);
else if (check) {
  console.error(
    `The public API is no longer what evals/package/api says, in ${changed.join(', ')}. If that is wanted: npm run build && npm run api, and commit.`,
  );
  process.exitCode = 1;
} else console.log(`Written anew for ${changed.join(', ')}.`);
