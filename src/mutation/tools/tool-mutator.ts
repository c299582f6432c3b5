import type { MutationPlace, Mutator, ToolSample } from '../../agent/mutator.ts';
import type { Tool } from '../../agent/tool.ts';
import type { Version } from '../../agent/version.ts';
import type { JsonObject } from '../../contracts/json.ts';

/** A tool of a version with what it says. */
export interface SampledTool extends ToolSample {
  readonly name: string;
}

/** What a tool says instead of its result. What it throws the model reads as an error. */
export type ChangedResult = (
  result: string,
  call: { readonly toolInput: JsonObject; readonly input: JsonObject },
) => string | Promise<string>;

/** The version with one tool whose results are changed on their way to the model. */
export function withToolResult(version: Version, name: string, change: ChangedResult): Version {
  const tool = version.toolVariant.tools.get(name);
  if (!tool) return version;
  const changed: Tool<JsonObject, JsonObject> = {
    source: tool.source,
    run: async (toolInput, input) => change(await tool.run(toolInput, input), { toolInput, input }),
  };
  return { ...version, toolVariant: { ...version.toolVariant, tools: new Map([...version.toolVariant.tools, [name, changed]]) } };
}

/** One fault of a tool's results. */
export interface ResultFault {
  readonly what: string;
  readonly change: ChangedResult;
}

/** A mutator of what tools say. */
export function resultMutator(
  name: string,
  source: string,
  faults: (tool: SampledTool, place: MutationPlace) => readonly ResultFault[],
): Mutator {
  return {
    name,
    family: 'tools',
    source,
    plant: (place) =>
      sampledTools(place).flatMap((tool) =>
        faults(tool, place).map(({ what, change }) => ({
          what: what === '' ? tool.name : `${tool.name}, ${what}`,
          version: withToolResult(place.version, tool.name, change),
        })),
      ),
  };
}

/** Tools that were used when the version ran; one that nobody calls cannot say anything wrong. */
function sampledTools({ version, toolResults }: MutationPlace): SampledTool[] {
  return [...version.toolVariant.tools.keys()].flatMap((name) => {
    const sample = toolResults.get(name);
    return sample ? [{ name, ...sample }] : [];
  });
}
