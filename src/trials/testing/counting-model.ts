import { appendFileSync } from 'node:fs';
import type { Model, ModelRequest } from '../../model/model.ts';

/** Writes one line a model call to a file that several processes can share (each append is one write), then lets the model answer. */
export function countingModel(model: Model, callsFile: string): Model {
  return {
    mode: model.mode,
    create(request, context) {
      appendFileSync(callsFile, `${firstWords(request)} #${context.trialNumber} ${context.series}\n`);
      return model.create(request, context);
    },
  };
}

function firstWords({ messages }: ModelRequest): string {
  const content = messages[0]?.content;
  const block = typeof content === 'string' ? undefined : content?.[0];
  return block?.type === 'text' ? block.text : String(content);
}
