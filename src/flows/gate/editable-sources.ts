import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pathBelow } from './changed-files.ts';

/**
 * Folders of a checkout from which Python packages are loaded that are installed as editable (`pip install -e .`, `uv sync`), wherever Python itself is:
 * in the environment that is active, or before others on `PATH`.
 * @param top of the checkout, a real path
 */
export function editableSources({ PATH = '', VIRTUAL_ENV, CONDA_PREFIX, HOME }: NodeJS.ProcessEnv, top: string): string[] {
  const onPath = PATH.split(delimiter).flatMap((folder) => {
    const python = ['python3', 'python'].map((name) => join(folder, name)).find((file) => existsSync(file));
    return folder === '' || python === undefined ? [] : [dirname(folder), dirname(dirname(realpathSync(python)))];
  });
  const prefixes = [VIRTUAL_ENV, CONDA_PREFIX, ...onPath, HOME && join(HOME, '.local')].filter((prefix) => prefix !== undefined);
  const says = [...new Set(prefixes)].flatMap((prefix) =>
    ['*.pth', '__editable__*_finder.py'].flatMap((name) =>
      globSync(`{lib/python3*,Lib}/{site,dist}-packages/${name}`, { cwd: prefix }).map((file) => join(prefix, file)),
    ),
  );
  return [...new Set(says.flatMap((file) => foldersNamed(file, top)))];
}

/** A `.pth` says folders, one a line; a finder of setuptools where each package lies. */
function foldersNamed(file: string, top: string): string[] {
  if (statSync(file).size > 1024 * 1024) return [];
  const text = readFileSync(file, 'utf8');
  const places = file.endsWith('.pth')
    ? text.split(/\r?\n/).map((line) => line.trim())
    : [...text.matchAll(/:\s*(['"])(.+?)\1/g)].map(([, , place = '']) => dirname(place));
  return places
    .filter((place) => place !== '' && existsSync(place))
    .flatMap((place) => {
      const real = realpathSync(place);
      return pathBelow(top, real) === undefined ? [] : [real];
    });
}
