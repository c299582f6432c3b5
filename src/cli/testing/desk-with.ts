import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FixtureProject, fixtureProject } from './fixture-project.ts';

/**
 * The parcel desk with other scorers, as a project's own configuration would have them.
 * @param scorers an expression over `scorers`, the desk's own
 * @param agent what else of the agent is different, as members of an object literal
 * @param imports statements that this needs
 */
export function deskWith(scorers: string, agent = '', imports = ''): FixtureProject {
  const project = fixtureProject();
  const desk = new URL('parcel-desk.ts', import.meta.url).href;
  writeFileSync(join(project.directory, 'scorers.ts'), `export const scorers = (scorers) => ${scorers};\n`);
  writeFileSync(
    join(project.directory, 'docket.config.ts'),
    `import { parcelDesk } from '${desk}';
import { scorers } from './scorers.ts';
${imports}
const agent = { ...parcelDesk, scorers: scorers(parcelDesk.scorers), scorersSource: new URL('scorers.ts', import.meta.url).href, ${agent} };
export default { agent, cases: 'cases', current: 'v2', trials: 2 };\n`,
  );
  return project;
}
