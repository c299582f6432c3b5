import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type VersionDefinition, type VersionSettings, versionSettingsSchema } from '../contracts/version.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { ToolVariant } from './tool-variant.ts';
import type { CheckedFactors } from './version-factors.ts';

/** A version ready to run: every name looked up, every setting filled in. */
export interface Version {
  /** As it was asked for: `v2`, `v1/v2` or `v2@claude-haiku-5-5`. */
  readonly name: string;
  readonly prompt: { readonly name: string; readonly text: string };
  readonly toolVariant: { readonly name: string } & ToolVariant<JsonObject, JsonObject>;
  readonly model: string;
  readonly settings: VersionSettings;
  /** What else it is made of, for an agent that answers by itself. */
  readonly factors?: CheckedFactors;
}

/** What a reference is looked up in: an agent, or its description. */
interface Versioned<Variant, Factors> {
  readonly name: string;
  readonly prompts: Readonly<Record<string, string>>;
  readonly toolVariants: Readonly<Record<string, Variant>>;
  readonly versions: Readonly<Record<string, VersionEntry<Factors>>>;
}

interface VersionEntry<Factors> extends Omit<VersionDefinition, 'settings' | 'factors'> {
  readonly settings?: object | undefined;
  readonly factors?: Factors | undefined;
}

/**
 * Finds a version by reference: `v2`; `v1/v2`, the prompt of v1 with the tools of v2; `v2@claude-haiku-5-5`, v2 on another model.
 * @throws {DocketError} when a name is unknown; the message lists the known ones.
 */
export function resolveVersion<Variant extends object, Factors = CheckedFactors>(agent: Versioned<Variant, Factors>, reference: string) {
  const match = /^([^/@]+)(?:\/([^/@]+))?(?:@([A-Za-z0-9][A-Za-z0-9._:-]*(?:[/@][A-Za-z0-9][A-Za-z0-9._:-]*)*))?$/.exec(reference);
  if (!match) {
    throw new DocketError(
      `The version "${reference}" is not valid. Expected a name (v2), prompt/tools (v1/v2) or name@model (v2@claude-haiku-5-5).`,
    );
  }
  const [, promptVersion = '', toolVersion = promptVersion, model] = match;
  const forPrompt = definitionOf(agent, promptVersion);
  const forTools = definitionOf(agent, toolVersion);
  const settings = versionSettingsSchema.safeParse(forPrompt.settings ?? {});
  if (!settings.success)
    throw new DocketError(`agent "${agent.name}", version "${promptVersion}", settings: ${z.prettifyError(settings.error)}`);
  return {
    name: reference,
    prompt: { name: forPrompt.prompt, text: agent.prompts[forPrompt.prompt] as string },
    toolVariant: { name: forTools.toolVariant, ...(agent.toolVariants[forTools.toolVariant] as Variant) },
    model: model ?? forPrompt.model,
    settings: settings.data,
    ...(forPrompt.factors ? { factors: forPrompt.factors } : {}),
  };
}

function definitionOf<Factors>(agent: Versioned<object, Factors>, name: string) {
  const definition = Object.hasOwn(agent.versions, name) ? agent.versions[name] : undefined;
  if (!definition) {
    throw new DocketError(`The agent "${agent.name}" has no version "${name}".${didYouMean(name, Object.keys(agent.versions))}`);
  }
  return definition;
}
