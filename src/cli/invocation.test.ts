import { describe, expect, test } from 'vitest';
import { invocationOf } from './invocation.ts';

const installed = '/desk/node_modules/.bin/docket';
const byPnpm = '/desk/node_modules/.pnpm/docket-evals@0.1.0/node_modules/docket-evals/src/cli/docket.mjs';

describe('a command is told again as a person would type it', () => {
  test.each([
    ['npx', installed, 'npm/11.19.1 node/v24.21.0 linux x64', 'npx docket'],
    ['a shell that names the program itself', installed, undefined, 'npx docket'],
    ['pnpm exec', byPnpm, 'pnpm/10.34.9 npm/? node/v24.21.0 linux x64', 'pnpm exec docket'],
    ["pnpm's program without pnpm", byPnpm, undefined, 'npx docket'],
    ['Yarn', installed, 'yarn/1.22.22 npm/? node/v24.21.0 linux x64', 'yarn docket'],
    ['Bun', installed, 'bun/1.3.0 npm/? node/v24.21.0 linux x64', 'bunx docket'],
    ['a manager that nobody knows', installed, 'constructor/1', 'npx docket'],
    ['a program that is installed for the machine', '/usr/local/bin/docket', undefined, 'docket'],
  ])('%s', (_title, script, agent, program) => {
    const environment = agent === undefined ? {} : { npm_config_user_agent: agent };
    expect(invocationOf(['node', script, 'eval'], environment)).toMatchObject({ program, words: ['eval'] });
  });

  test('a file of a clone', () => {
    expect(invocationOf(['node', `${process.cwd()}/src/cli/main.ts`], {}).program).toBe('node src/cli/main.ts');
  });
});
