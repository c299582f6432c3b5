/** What goes wrong with a tool: it ends in an error, does not answer in time, or says nothing. */
export const toolFaults = ['error', 'timeout', 'empty'] as const;
export type ToolFault = (typeof toolFaults)[number];

/** What the model is told of a tool with such a fault, as the tool loop would tell it. */
export function faultyAnswer(tool: string, fault: ToolFault, text?: string): { readonly result: string; readonly isError: boolean } {
  if (fault === 'empty') return { result: '', isError: false };
  return { result: `${tool} failed: ${text ?? (fault === 'error' ? 'internal error' : 'timed out after 30 s')}`, isError: true };
}
