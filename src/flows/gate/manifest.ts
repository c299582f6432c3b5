/** Fields of a `package.json` that no module's loading depends on. What a dependency is counts by the packages that are imported. */
const idle = new Set([
  'author',
  'bugs',
  'contributors',
  'dependencies',
  'description',
  'devDependencies',
  'files',
  'funding',
  'homepage',
  'keywords',
  'license',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'private',
  'publishConfig',
  'repository',
  'version',
]);

/** Scripts that package managers run by themselves, and what builds: they can write source files. */
const busyScripts = /^(?:pre|post)?(?:install|prepare|prepack|prepublish(?:Only)?|build|generate)/;

/** True when two texts of a `package.json` mean the same for what is loaded and run. */
export function sameManifest(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  try {
    return JSON.stringify(busyPart(one)) === JSON.stringify(busyPart(other));
  } catch {
    return false;
  }
}

function busyPart(text: string): unknown {
  const { scripts = {}, ...fields } = JSON.parse(text) as { scripts?: Record<string, string> };
  return [Object.entries(fields).filter(([name]) => !idle.has(name)), Object.entries(scripts).filter(([name]) => busyScripts.test(name))];
}
