import { useState } from 'preact/hooks';
import { Foreign } from '../../../reporters/page/foreign.tsx';
import type { RawSpanAnswer } from '../../api/get-span.ts';
import { useAnswer } from '../ask.ts';
import { RefusalNote } from '../refusal-note.tsx';

/** A span as it was sent, on demand. */
export function RawSpanView({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Raw attributes</summary>
      {isOpen && <Attributes traceId={traceId} spanId={spanId} />}
    </details>
  );
}

function Attributes({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }) {
  const asked = useAnswer<RawSpanAnswer>(`/traces/${traceId}/spans/${spanId}`);
  if (asked.state === 'waiting') return <p class="soft">Reading…</p>;
  if (asked.state === 'refused') return <RefusalNote refusal={asked.refusal} />;
  const { attributes, resource, events, scope, statusCode, statusMessage } = asked.answer;
  const rows = [
    ['scope', scope],
    ['status', `${statusCode} ${statusMessage}`.trim()],
    ...Object.entries(attributes),
    ...events.map(({ name, attributes: said }) => [`event ${name}`, said] as const),
    ...Object.entries(resource).map(([name, value]) => [`resource ${name}`, value] as const),
  ] as const;
  return (
    <table class="attributes">
      <tbody>
        {rows.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">
              <Foreign text={name} />
            </th>
            <td class="output">
              <Foreign text={typeof value === 'string' ? value : JSON.stringify(value)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
