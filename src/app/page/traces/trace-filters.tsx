import { count } from '../../../text/figures.ts';
import { visibleText } from '../../../text/hostile-text.ts';
import type { TraceRow } from '../../api/list-traces.ts';
import type { TraceFacets } from '../../api/trace-facets.ts';
import { putFragment } from '../use-fragment.ts';

interface TraceFiltersProps {
  readonly facets: TraceFacets;
  /** What is listed now: it says which versions and models there are. */
  readonly shown: readonly TraceRow[];
  readonly fragment: URLSearchParams;
}

interface Choice {
  readonly value: string;
  readonly name: string;
}

/** By what the list is narrowed. Each condition stands in the address. */
export function TraceFilters({ facets, shown, fragment }: TraceFiltersProps) {
  const agents = facets.agents.flatMap(({ agent, traces }) =>
    agent === null ? [] : [{ value: agent, name: `${agent} (${count(traces)})` }],
  );
  const findings = facets.findings.map(({ code, traces }) => ({ value: code, name: `${code} (${count(traces)})` }));
  const versions = different(shown.flatMap(({ version }) => (version === null ? [] : [version]))).map((each) => ({
    value: each,
    name: each.slice(0, 12),
  }));
  const models = different(shown.flatMap((each) => each.models)).map((each) => ({ value: each, name: each }));
  const session = fragment.get('session');
  const choice = (name: string, label: string, all: string, choices: readonly Choice[]) => (
    <Chosen name={name} label={label} all={all} choices={choices} value={fragment.get(name) ?? ''} />
  );
  return (
    <form class="trace-filters" aria-label="Which traces" onSubmit={(event) => event.preventDefault()}>
      <label>
        <span>Words</span>
        <input
          type="search"
          placeholder="in any span"
          value={fragment.get('text') ?? ''}
          onInput={({ currentTarget }) => putFragment({ text: currentTarget.value })}
        />
      </label>
      {choice('agent', 'Agent', 'all agents', agents)}
      {choice('finding', 'Finding', 'any or none', findings)}
      {choice('days', 'Since', 'the beginning', [
        { value: '1', name: 'the last 24 hours' },
        { value: '7', name: 'the last 7 days' },
        { value: '30', name: 'the last 30 days' },
      ])}
      {choice('version', 'Version', 'all versions', versions)}
      {choice('model', 'Model', 'all models', models)}
      {choice('leastDollars', 'Cost', 'any', [
        { value: '0.01', name: 'at least $0.01' },
        { value: '0.1', name: 'at least $0.10' },
        { value: '1', name: 'at least $1' },
      ])}
      {session !== null && choice('session', 'Session', 'all sessions', [{ value: session, name: session }])}
    </form>
  );
}

function Chosen({
  name,
  label,
  all,
  choices,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly all: string;
  readonly choices: readonly Choice[];
  readonly value: string;
}) {
  // A condition of the address that nothing listed has is shown all the same.
  const shown = value === '' || choices.some((each) => each.value === value) ? choices : [{ value, name: value }, ...choices];
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => putFragment({ [name]: currentTarget.value })}>
        <option value="">{all}</option>
        {shown.map((each) => (
          <option key={each.value} value={each.value}>
            {visibleText(each.name).slice(0, 60)}
          </option>
        ))}
      </select>
    </label>
  );
}

function different(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
