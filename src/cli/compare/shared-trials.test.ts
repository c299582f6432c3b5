import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { comparisonSchema } from '../../contracts/verdict.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

/** Two cases with one input, and a version that is another by its name alone: `v2/v2` is v2's prompt with v2's tools. */
function project() {
  const made = fixtureProject({ trials: 2 });
  made.writeCase('heavy-again', parcelCase('heavy-again', 30, false));
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

/** Price of all model calls that a server answered, by what each call says of its tokens at 3 and 15 dollars a million. */
const inputPrice = 3 / 1e6;
const outputPrice = 15 / 1e6;

test.each(['simulated', 'live'] as const)(
  'trials that two versions or two cases share are paid for once, in every figure of the comparison and of the evaluation (%s)',
  async (mode) => {
    const { directory } = project();
    let paid = 0;
    const environment: Record<string, string> = {};
    if (mode === 'live') {
      const model = unannounced(simulatedModel(parcelDesk.simulator as Simulator));
      const server = await serveModel({
        ...model,
        async create(request, context) {
          const answer = await model.create(request, context);
          paid += answer.usage.input_tokens * inputPrice + answer.usage.output_tokens * outputPrice;
          return answer;
        },
      });
      onTestFinished(() => server.close());
      Object.assign(environment, { ANTHROPIC_API_KEY: `sk-ant-api03-${'k3yOfNobody'.repeat(4)}`, ANTHROPIC_BASE_URL: server.url });
    }
    const { stdout, code } = await runHere(['compare', 'v2', 'v2/v2', '--mode', mode], { directory, environment });
    expect(code).toBe(0);
    const comparison = comparisonSchema.parse(JSON.parse(readFileSync(join(directory, 'reports/comparison/comparison.json'), 'utf8')));
    const evaluation = evaluationSchema.parse(JSON.parse(readFileSync(join(directory, 'reports/evaluation.json'), 'utf8')));
    // light and heavy, twice each.
    expect(comparison.spending.trials).toEqual({ spent: 4, saved: 0, reused: 0 });
    const trialPrices = evaluation.versions[0]?.cases
      .filter(({ caseId }) => caseId !== 'heavy-again')
      .flatMap(({ trials }) => trials.map(({ dollars = Number.NaN }) => dollars));
    const once = trialPrices?.reduce((sum, dollars) => sum + dollars, 0) ?? Number.NaN;
    expect(once).toBeGreaterThan(0);
    expect(comparison.spending.dollars).toBeCloseTo(once, 10);
    for (const { totals } of evaluation.versions) {
      expect(totals).toMatchObject({ runs: 6 });
      expect(totals.dollars).toBeCloseTo(once, 10);
    }
    expect(stdout).toContain('3 cases');
    if (mode === 'live') {
      expect(evaluation.spentDollars).toBeCloseTo(once, 10);
      expect(once).toBeCloseTo(paid, 10);
    } else expect(evaluation).not.toHaveProperty('spentDollars');

    const again = await runHere(['compare', 'v2', 'v2/v2', '--mode', mode, '--json'], { directory, environment });
    expect(JSON.parse(again.stdout)).toMatchObject({ spending: { trials: { spent: 0, reused: 4 }, dollars: 0 } });
  },
);
