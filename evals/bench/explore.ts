import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exploration, Find } from '../../src/contracts/exploration.ts';
import { explore } from '../../src/flows/explore/index.ts';
import { type LoadedConfig, loadConfig } from '../../src/flows/load-config.ts';
import { openSession } from '../../src/flows/session.ts';
import { rulesIn, withoutRule } from '../../src/mutation/prompt/rules.ts';

/**
 * What `docket explore` finds in the underwriter in 200 trials: each fault of version 1, nothing in version 2, and the hole that each rule leaves that is
 * taken out of version 2's prompt; over several seeds. `npx node evals/bench/explore.ts [seeds]`
 */

const budget = 200;
const seeds = Array.from({ length: Number(process.argv[2] ?? 5) }, (_, index) => index + 1);

/** The faults that the traces of version 1 showed, and how each is known by a find. */
const faults: Readonly<Record<string, (find: Find) => boolean>> = {
  "approves on the tool's DTI, which leaves the loan out": ({ fault, decision }) =>
    fault === 'approval-against-dti' && !String(decision?.reasoning).includes('exceeds'),
  'approves against its own reasoning': ({ fault }) => fault === 'contradiction',
  'monthly payment of the existing debt, or of five years': ({ fault }) => fault === 'wrong-monthly-payment',
  'max_loan is the amount, a guess or $0': ({ fault }) => fault === 'wrong-max-loan',
  'invented rule of a minimum score': ({ fault }) => fault === 'invented-rule',
  'wrong arithmetic in prose': ({ fault }) => fault === 'untraced-percentage',
};

const root = mkdtempSync(join(tmpdir(), 'docket-explore-'));
const loaded = await loadConfig(join(import.meta.dirname, '../..'));
const config: LoadedConfig = { ...loaded, root };

async function found(version: string, seed: number, agent = config.agent): Promise<Exploration> {
  const session = await openSession({
    config: { ...config, agent },
    mode: 'simulated',
    store: ':memory:',
    traces: 'none',
    environment: {},
    warn: () => {},
  });
  try {
    const signal = new AbortController().signal;
    return (await explore(session, { version, budget, seed, draft: false, signal })).exploration;
  } finally {
    await session.close();
  }
}

try {
  console.log(`Trials after which each fault is known, of ${budget}, by seed ${seeds.join(', ')}:`);
  const ofV1 = await Promise.all(seeds.map((seed) => found('v1', seed)));
  for (const [name, isIt] of Object.entries(faults))
    console.log(`  v1, ${name}: ${ofV1.map(({ finds }) => finds.find(isIt)?.foundAfter ?? 'not found').join(', ')}`);
  const ofV2 = await Promise.all(seeds.map((seed) => found('v2', seed)));
  console.log(`  v2 as it is: ${ofV2.map(({ finds }) => finds.map(({ fault }) => fault).join('+') || 'nothing').join(', ')}`);
  const prompt = config.agent.prompts.v2 ?? '';
  for (const rule of rulesIn(prompt)) {
    const agent = { ...config.agent, prompts: { ...config.agent.prompts, v2: withoutRule(prompt, rule) } };
    const ends: string[] = [];
    for (const seed of seeds) {
      const [first] = (await found('v2', seed, agent)).finds;
      ends.push(first ? `${first.foundAfter} (${first.fault}; ${first.divergence})` : 'NOT FOUND');
    }
    console.log(`  v2 without ${rule.text.slice(0, 40)}: ${ends.join(', ')}`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
