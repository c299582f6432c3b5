import { sourceClosure } from '../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { LoadedConfig } from './load-config.ts';

/** Hash of what judges trials: the file that makes the scorers and all it imports, or the whole configuration where the agent names no file. */
export async function scorerHash({ agent, file }: LoadedConfig): Promise<string> {
  const named = agent.scorersSource !== undefined;
  // What a whole configuration opens are the agent's own files, its prompts above all: they judge nothing.
  const { hashes } = await sourceClosure({
    sources: { scorers: agent.scorersSource ?? file },
    docket: agent.docket,
    root: agent.root,
    opened: named,
  });
  return sha256(canonicalJson([...hashes, ...agent.scorers.map(({ name }) => name)]));
}
