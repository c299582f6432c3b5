import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
const { directory } = project;
afterAll(() => project[Symbol.dispose]());

describe('docket doctor', () => {
  it('says that everything is in place, and changes nothing', async () => {
    const { code, stdout } = await runHere(['doctor'], { directory });
    for (const name of ['node', 'config', 'cases', 'versions', 'model', 'store', 'disk'])
      expect(stdout).toMatch(new RegExp(`(✓ ok  |! warn) +${name}`));
    expect(stdout).toContain('v2 (current): prompt strict, tools scales, claude-sonnet-4-6');
    expect(stdout).toContain('simulated, key not set');
    expect(existsSync(join(directory, '.docket'))).toBe(false);
    expect(code).toBe(0);
  });

  it('says by whose prices runs are counted, and what to do where one is not known', async () => {
    const { stdout } = await runHere(['doctor'], { directory });
    expect(stdout).toMatch(/✓ ok +prices +claude-sonnet-4-6: Anthropic's price list of November 2026/);
    using house = fixtureProject({ prices: { 'house-large': { input: 1, output: 2 } } });
    const config = join(house.directory, 'docket.config.ts');
    const models = "v1: { ...v1, model: 'house-large' }, v2: { ...v2, model: 'house-small' }";
    writeFileSync(config, readFileSync(config, 'utf8').replace('{ v1, v2 } }', `{ ${models} } }`));
    const told = await runHere(['doctor'], house);
    expect(told.stdout).toMatch(/! warn +prices +house-large: docket.config.ts\n +house-small: not known\n/);
    expect(told.code).toBe(0);
  });

  it('counts what is stored', async () => {
    await runHere(['eval', '--trials', '1'], { directory });
    const { stdout } = await runHere(['doctor', '--json'], { directory });
    const report = JSON.parse(stdout) as {
      readonly mode: string;
      readonly checks: readonly { readonly name: string; readonly text: string }[];
    };
    expect(report.mode).toBe('simulated');
    expect(report.checks.find(({ name }) => name === 'store')?.text).toMatch(/store version \d+, 4 trials/);
  });

  it('never shows the key, and names the server’s host only', async () => {
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-secret-0123456789', ANTHROPIC_BASE_URL: 'https://proxy.example/hidden/path' };
    const { code, stdout, stderr } = await runHere(['doctor'], { directory, environment });
    expect(stdout).toContain('live, server proxy.example, key set');
    expect(stdout + stderr).not.toMatch(/sk-ant|hidden/);
    expect(code).toBe(0);
  });

  it('fails with what to do about a malformed key, a damaged store or a configuration that does not load', async () => {
    using broken = fixtureProject();
    mkdirSync(join(broken.directory, '.docket'));
    writeFileSync(join(broken.directory, '.docket/docket.db'), 'this is no database, but it is long enough to look like a file of one');
    const damaged = await runHere(['doctor'], { ...broken, environment: { ANTHROPIC_API_KEY: 'two words' } });
    expect(damaged.stdout).toMatch(/✗ fail +model +ANTHROPIC_API_KEY \(9 characters\) contains a blank/);
    expect(damaged.stdout).toMatch(/✗ fail +store/);
    expect(damaged.code).toBe(2);
    // Another folder: a configuration is loaded once a process.
    using empty = fixtureProject();
    writeFileSync(join(empty.directory, 'docket.config.ts'), 'export default {};');
    const unconfigured = await runHere(['doctor'], empty);
    expect(unconfigured.stdout).toMatch(/✗ fail +config/);
    expect(unconfigured.code).toBe(2);
    using misspelt = fixtureProject();
    writeFileSync(join(misspelt.directory, 'agent.ts'), '\nexport const agent = defineAgnt({});\n');
    writeFileSync(join(misspelt.directory, 'docket.config.ts'), "import { agent } from './agent.ts';\nexport default { agent };");
    const unloaded = await runDocket(['eval'], misspelt);
    expect(unloaded.stderr).toMatch(/docket\.config\.ts does not load: defineAgnt is not defined \(\S+agent\.ts:2:22\)/);
    expect(unloaded.code).toBe(2);
  });
});
