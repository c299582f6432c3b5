import type { Agent } from '../../agent/define-agent.ts';
import { sourceClosure } from '../../agent/source-closure.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { LoadedConfig } from '../load-config.ts';
import { AgentSource } from './agent-source.ts';
import type { DraftedFiles } from './drafted-files.ts';

const functions: Readonly<Record<NonNullable<Agent['own']>['kind'] | 'messages', readonly string[]>> = {
  messages: ['defineAgent'],
  function: ['functionAgent'],
  command: ['commandAgent'],
  http: ['httpAgent'],
  promptfoo: ['promptfooAgent'],
};

/**
 * The source that defines the configuration's agent, as it is committed.
 * @param version one that has to be written out there; any where it is not given
 * @throws {DocketError} where there is none, or there are several
 */
export async function findAgentSource(config: LoadedConfig, files: DraftedFiles, version?: string): Promise<AgentSource> {
  const { agent, file, root } = config;
  const closure = await sourceClosure({ sources: { configuration: file }, docket: agent.docket, root, opened: false });
  const calls = functions[agent.own?.kind ?? 'messages'];
  const found: AgentSource[] = [];
  for (const each of closure.files.keys()) {
    let path: string;
    try {
      path = files.tree.pathOf(each);
    } catch {
      continue;
    }
    const text = /\.[cm]?[jt]sx?$/.test(path) ? await files.read(path) : undefined;
    const source = text?.includes(calls[0] ?? '') ? AgentSource.in(path, text, calls, version) : undefined;
    if (source) found.push(source);
  }
  const named = found.filter(({ definition, source }) => {
    const name = definition.entries.find(({ key }) => key === 'name');
    return name === undefined || source.strings(name.value)[0]?.says === agent.name;
  });
  const [one, another] = named.length > 0 ? named : found;
  if (one && !another) return one;
  throw new DocketError(
    one && another
      ? `Both ${one.path} and ${another.path} define an agent ${plainLine(agent.name)}, so it is not known in which a version belongs.`
      : `No committed source of ${file} calls ${calls.join(' or ')}({ … }) ${version === undefined ? '' : `with versions: { ${version}: … } written out `}for the agent ${plainLine(agent.name)}. Write the versions out there, commit, and draft again.`,
  );
}
