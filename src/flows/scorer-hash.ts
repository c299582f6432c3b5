import { describeComparators, describeRelation } from '../agent/describe-agent.ts';
import { sourceClosure } from '../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonValue } from '../contracts/json.ts';
import { type GateOptions, resolveGateOptions } from '../gate/gate-options.ts';
import { relationsOf } from './cases/families.ts';
import { readCalibrations } from './judging/calibration-files.ts';
import type { LoadedConfig } from './load-config.ts';
import { relationFiles } from './relation-files.ts';

/** Hash of what judges trials and of what is known of its judges: a calibration decides whether one of them can fail a trial. */
export async function judgingHash(config: LoadedConfig): Promise<string> {
  const hash = await scorerHash(config);
  const calibrations = [...readCalibrations(config.root, config.agent.scorers)];
  return calibrations.length === 0 ? hash : sha256(canonicalJson([hash, JSON.parse(JSON.stringify(calibrations)) as JsonValue]));
}

/** Hash of what judges trials: the file that makes the scorers and all it imports, or the whole configuration where the agent names no file. */
export async function scorerHash({ agent, file, gate }: LoadedConfig): Promise<string> {
  const named = agent.scorersSource !== undefined;
  const beside = named ? await relationFiles({ agent, file, gate: gate as GateOptions }) : [];
  // What a whole configuration opens are the agent's own files, its prompts above all: they judge nothing.
  const { hashes } = await sourceClosure({
    sources: {
      scorers: agent.scorersSource ?? file,
      ...Object.fromEntries(beside.map((path, index) => [`relations ${index + 1}`, path])),
    },
    docket: agent.docket,
    root: agent.root,
    opened: named,
  });
  const { compare, harm, approvalField } = agent;
  // What the agent says of its decisions judges with the scorers, wherever it stands.
  const rules =
    compare || harm
      ? [
          canonicalJson({
            compare: describeComparators(compare ?? {}),
            harm: JSON.parse(JSON.stringify(harm ?? null)) as JsonValue,
            approvalField: approvalField ?? null,
          }),
        ]
      : [];
  const { relations: asked } = resolveGateOptions(gate as GateOptions);
  // What judges is what the gate's options name: a relation that is declared and does not gate changes no count.
  const relations = relationsOf(agent, asked).map((relation) => canonicalJson(describeRelation(relation) as JsonValue));
  return sha256(canonicalJson([...hashes, ...agent.scorers.map(({ name }) => name), ...rules, ...relations]));
}
