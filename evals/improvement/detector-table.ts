/**
 * What the detectors of `docket improve` find: of the faults that are known of the underwriter's version 1 (found, missed), on version 2 (false alarms), and on
 * versions 2 with one known fault planted in it by the mutators of `docket mutate`, which no detector was made with. Runs are simulated ones, seen without any
 * scorer's word.
 *
 *     node evals/improvement/detector-table.ts [--mutants] [trials]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutator, ToolSample } from '../../src/agent/mutator.ts';
import { mutationReportSchema } from '../../src/contracts/mutation.ts';
import { type JsonObject, resolveVersion, type Version } from '../../src/index.ts';
import { mutators } from '../../src/mutation/mutators.ts';
import { plantMutants } from '../../src/mutation/plant-mutants.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { underwritingMutators } from '../../src/underwriting/mutators.ts';
import { knownFaults } from './known-faults.ts';
import { caseInputs, observedRuns, problemsOf } from './underwriter-runs.ts';

const trials = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? '5');
const inputs = caseInputs();

const found = await problemsOf({ version: 'v1', inputs, trials });
console.log(`Version 1, ${inputs.length} cases, ${trials} trials each:`);
console.log('| known fault | found | by |\n| --- | --- | --- |');
for (const { fault, isFound } of knownFaults) {
  const by = found.filter(isFound);
  console.log(
    `| ${fault} | ${by.length > 0 ? 'yes' : '**missed**'} | ${by.map(({ id, seen }) => `${id} (${seen.runs} of ${seen.of})`).join(', ')} |`,
  );
}
const extra = found.filter((problem) => !knownFaults.some(({ isFound }) => isFound(problem)));
console.log(`Found beside them: ${extra.map(({ id }) => id).join(', ') || 'nothing'}.\n`);

for (const version of ['v2', 'v3']) {
  const alarms = await problemsOf({ version, inputs, trials: trials * 4 });
  console.log(
    `${version}, ${inputs.length * trials * 4} runs: ${alarms.length} false alarms${alarms.map(({ id }) => `, ${id}`).join('')}.`,
  );
}

if (process.argv.includes('--mutants')) await mutantTable();

async function mutantTable(): Promise<void> {
  const version = resolveVersion(underwriter, 'v2') as Version;
  const place = { agent: underwriter, version, inputs: inputs.map(({ input }) => input), toolResults: await samples(version) };
  const planted = plantMutants([...mutators, ...underwritingMutators] as Mutator[], place);
  const fates = fatesOf();
  const families = new Map<string, { found: number; missed: string[]; unseen: string[] }>();
  for (const { id, mutator, mutant } of planted) {
    const family = families.get(mutator.family) ?? { found: 0, missed: [], unseen: [] };
    families.set(mutator.family, family);
    const problems = await problemsOf({ version: 'v2', mutant, inputs, trials });
    if (problems.length > 0) family.found += 1;
    // What the gate does not kill either shows in no run of the simulated model.
    else (fates.get(id) === 'killed' ? family.missed : family.unseen).push(id);
  }
  console.log(`\nOne known fault in version 2, ${inputs.length} cases, ${trials} trials each:`);
  console.log(
    '| faults in | found | missed, and killed by the gate | missed, and not killed by the gate either |\n| --- | ---: | ---: | ---: |',
  );
  for (const [name, { found: many, missed, unseen }] of families)
    console.log(`| ${name} | ${many} | ${missed.length} | ${unseen.length} |`);
  for (const [, { missed }] of families) for (const id of missed) console.log(`missed: ${id}`);
}

/** What became of each mutant before the gate. */
function fatesOf(): ReadonlyMap<string, string> {
  const report = JSON.parse(readFileSync(join(import.meta.dirname, '../../reports/mutation.json'), 'utf8'));
  return new Map(mutationReportSchema.parse(report).mutants.map(({ id, fate }) => [id, fate]));
}

async function samples(version: Version): Promise<ReadonlyMap<string, ToolSample>> {
  const known = new Map<string, ToolSample>();
  for await (const { calls } of observedRuns({ version, inputs: inputs.slice(0, 1), trials: 1 }))
    for (const { tool, input, result } of calls) known.set(tool, { toolInput: (input ?? {}) as JsonObject, result });
  return known;
}
