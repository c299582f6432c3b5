import { sourceFiles } from '../../../agent/source-closure.ts';
import type { DescribedAgent } from '../../../contracts/described-agent.ts';
import type { JsonObject } from '../../../contracts/json.ts';
import type { ModelMode } from '../../../contracts/model-mode.ts';
import type { DescribedConfig } from '../../described-config.ts';
import type { ChangedFiles } from './changed-files.ts';
import { firstDifference } from './compare-code.ts';
import { leafDifferences } from './leaf-differences.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';

/** Who answers where no real model does, and the files in which a pull request says how it wants to be judged. */
export async function compareSurroundings(
  main: DescribedConfig,
  candidate: DescribedConfig,
  changed: ChangedFiles,
  mode: ModelMode,
): Promise<RuleRow[]> {
  return [
    ...(mode === 'simulated' ? await simulatorChanges(main, candidate, changed) : []),
    ...(mode === 'recorded' ? changed.paths.filter((path) => changed.shownAs(path).startsWith('evals/recordings/')) : []).flatMap((path) =>
      firstDifference('model', changed, path),
    ),
    ...changed.paths
      .filter((path) => /^\.github\/(workflows|actions)\//.test(path) && mentionsDocket(Object.values(changed.texts(path)).join('\n')))
      .flatMap((path) => firstDifference('workflow', changed, path)),
    ...changed.paths.filter((path) => /(^|\/)package\.json$/.test(path)).flatMap((path) => scriptChanges(changed, path)),
  ];
}

/**
 * The stand-in for the model answers both sides; one that was changed beside the agent may cover what the agent does wrong. Files that it
 * shares with the tools are the agent's.
 */
async function simulatorChanges(main: DescribedConfig, candidate: DescribedConfig, changed: ChangedFiles): Promise<RuleRow[]> {
  const paths = async (sourcesOf: (agent: DescribedAgent) => readonly string[]) => {
    const found = await Promise.all([main, candidate].map(({ agent }) => sourceFiles(sourcesOf(agent), agent.docket)));
    return new Set(found.flatMap(({ files }) => [...files.keys()].flatMap((file) => changed.pathOf(file) ?? [])));
  };
  const tools = await paths(({ toolVariants }) =>
    Object.values(toolVariants).flatMap((variant) => variant.tools.map(({ source }) => source)),
  );
  const simulators = await paths(({ simulator }) => (simulator ? [simulator.source] : []));
  return [...simulators].filter((path) => !tools.has(path)).flatMap((path) => firstDifference('model', changed, path));
}

/** Scripts that a workflow may call to run the gate. */
function scriptChanges(changed: ChangedFiles, path: string): RuleRow[] {
  const { before, after } = changed.texts(path);
  return leafDifferences(scriptsOf(before), scriptsOf(after))
    .filter((difference) => mentionsDocket(JSON.stringify(difference)))
    .map((difference) =>
      ruleRow(
        { what: 'workflow', where: changed.shownAs(path), field: `scripts.${difference.path.join('.')}`, weighs: true },
        difference.before,
        difference.after,
      ),
    );
}

function scriptsOf(text: string | undefined): JsonObject {
  try {
    return (JSON.parse(text ?? '{}') as { readonly scripts?: JsonObject }).scripts ?? {};
  } catch {
    return {};
  }
}

function mentionsDocket(text: string): boolean {
  return /docket/i.test(text);
}
