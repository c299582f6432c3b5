import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { gateProject, soundPrompt } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';

it('a baseline and a gate on a live model say first what they are likely to cost', { tags: ['slow'] }, async () => {
  using project = gateProject();
  const { clerk } = (await import(pathToFileURL(join(project.directory, 'clerk.ts')).href)) as { readonly clerk: Simulator };
  const server = await serveModel(unannounced(simulatedModel(clerk)), {});
  onTestFinished(() => server.close());
  const environment = { ANTHROPIC_API_KEY: `sk-ant-api03-${'k3yOfNobody'.repeat(4)}`, ANTHROPIC_BASE_URL: server.url };
  const here = { directory: project.directory, environment };

  const first = await runHere(['baseline', 'accept', '--mode', 'live', '--trials', '2'], here);
  expect(first.stderr).toContain(
    'live model: 8 trials to pay for (64 requests at most); the cost is not known in advance because no trial is stored here yet.',
  );
  const more = await runHere(['baseline', 'accept', '--trials', '1'], here);
  expect(more.stderr).toMatch(
    /live model: 4 trials to pay for \(32 requests at most\), about \$0\.\d+ \(Anthropic's price list of November 2026\) based on 8 stored live trials\./,
  );
  project.commit('The baseline');

  project.git('switch', '--quiet', '--create', 'change');
  project.write('prompts/v1.md', `${soundPrompt}Be quick.\n`);
  const judged = await runHere(['gate'], here);
  expect(judged.stderr).toMatch(
    /live model: at least 12 trials \(96 requests at most\) to pass, about \$0\.\d+ \(Anthropic's price list of November 2026\) based on 12 stored live trials of other versions; at most 40 \(320 requests at most\), about \$0\.\d+\. Stored ones cost nothing\./,
  );
  const limited = await runHere(['gate', '--budget', '$1'], here);
  expect(limited.stderr).toContain('no round starts that would likely bring the total above $1.00.');
});
