import type { RunReading } from './run-reading.ts';

/** Words of a run with who said them. */
export interface Quote {
  readonly from: string;
  readonly text: string;
}

/** What its tools said. */
export function toolQuotes({ run }: RunReading, most = 3): Quote[] {
  return run.calls.slice(0, most).map(({ tool, result }) => ({ from: `${tool} said`, text: result }));
}

/** What was chosen. */
export function choiceQuote({ agent, choice }: RunReading): Quote[] {
  return agent.approvalField === undefined || choice === undefined
    ? []
    : [{ from: 'it decided', text: `${agent.approvalField}: ${JSON.stringify(choice)}` }];
}

/** A field of the decision. */
export function fieldQuote(field: string, value: unknown): Quote {
  return { from: 'it decided', text: `${field}: ${JSON.stringify(value)}` };
}

/** What a scorer said of a field. */
export function scorerQuotes({ run }: RunReading, field: string): Quote[] {
  return run.findings
    .filter((finding) => finding.field === field || finding.message.includes(field))
    .slice(0, 1)
    .map(({ message }) => ({ from: 'a scorer said', text: message }));
}
