import { OpenTelemetry } from '@ai-sdk/otel';
import { generateText, isStepCount, Output, registerTelemetry } from 'ai';
import { type Claim, type ClaimDecision, decisionSchema } from './claim.ts';
import { scriptedModel } from './scripted-model.ts';
import { toolsFor } from './tools.ts';

registerTelemetry(new OpenTelemetry());
const model = scriptedModel();

/** Decides one claim. Nothing in here knows of Docket. */
export async function decideClaim(claim: Claim, instructions: string, abortSignal: AbortSignal): Promise<ClaimDecision> {
  const { output } = await generateText({
    model,
    instructions,
    prompt: JSON.stringify(claim),
    tools: toolsFor(claim),
    output: Output.object({ schema: decisionSchema }),
    stopWhen: isStepCount(5),
    abortSignal,
  });
  return output;
}
