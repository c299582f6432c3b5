import { globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { readCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type BesideFiles, type SuiteSource, suiteSource } from '../../suites/source/suite-source.ts';
import { suiteText } from '../../suites/source/suite-text.ts';

/** Largest file, in bytes. Lines and rows are read one by one; a YAML document is read whole. */
const largestFile = 256 * 1024 * 1024;
const largestDocument = 16 * 1024 * 1024;
/** More files than anybody keeps tests in. */
const mostMatches = 1000;

/** A file to import, open. */
export interface OpenSuite {
  readonly source: SuiteSource;
  /** As it stands in the cases: relative to the configuration, or the name alone where it lies elsewhere. */
  readonly file: string;
  /** True where some bytes were no text and were replaced. */
  readonly damaged: boolean;
}

/**
 * Opens a file, whoever wrote it.
 * @throws {DocketError} when it cannot be read, is too large, or nothing that a suite is written in
 */
export async function openSuite(path: string, root: string): Promise<OpenSuite> {
  const file = shownAs(path, root);
  const text = suiteText(bytesOf(path, file), file);
  const source = await suiteSource(file, text, besideFiles(path));
  if (source.container === 'yaml' && text.text.length > largestDocument)
    throw new DocketError(
      `${file}: a YAML file of more than ${largestDocument / 1024 / 1024} MB is not read. Split it, or export JSON lines.`,
    );
  return { source, file, damaged: text.damaged };
}

function bytesOf(path: string, file: string): Buffer {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new DocketError(`${file}: it is no file.`);
    if (found.size > largestFile) throw new DocketError(`${file}: it has more than ${largestFile / 1024 / 1024} MB. Import it in parts.`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code}). Check the path.`, { cause });
  }
}

function shownAs(path: string, root: string): string {
  const way = relative(root, path);
  return way === '' || isOutside(way) ? basename(path) : way.split(sep).join('/');
}

function isOutside(way: string): boolean {
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function besideFiles(path: string): BesideFiles {
  const folder = dirname(realpathSync(path));
  return {
    read(asked) {
      const way = relative(folder, resolve(folder, asked));
      if (way === '' || isOutside(way)) return { fault: `${asked} is not read: it lies outside of the folder of the imported file` };
      const read = readCheckoutFile(resolve(folder, way), folder, largestDocument);
      if ('fault' in read)
        return { fault: `${asked} ${read.fault.replace('out of the repository', 'out of the folder of the imported file')}` };
      return { file: way.split(sep).join('/'), text: suiteText(Buffer.from(read.text, 'utf8'), way).text };
    },
    matching(pattern) {
      if (isOutside(pattern) || pattern.split(/[\\/]/).includes('..')) return [];
      const found = globSync(pattern, { cwd: folder, exclude: ['**/node_modules/**', '**/.git/**'] });
      return found.sort().slice(0, mostMatches);
    },
  };
}
