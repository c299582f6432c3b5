import type { KeptRun } from '../../../contracts/kept-run.ts';
import { HeadlineView } from '../../../reporters/page/headline-view.tsx';
import { useAnswer } from '../ask.ts';
import { RefusalNote } from '../refusal-note.tsx';
import { runHeadline, trialsText } from './run-words.ts';

/** One run. */
export function RunView({ id }: { readonly id: string }) {
  const asked = useAnswer<KeptRun>(`/runs/${encodeURIComponent(id)}`);
  if (asked.state === 'waiting') return <main class="app-main" />;
  if (asked.state === 'refused')
    return (
      <main class="app-main">
        <RefusalNote refusal={asked.refusal} />
      </main>
    );
  const run = asked.answer;
  return (
    <main class="app-main">
      <HeadlineView headline={runHeadline(run)} sentence={run.verdict?.reason ?? trialsText(run)} />
    </main>
  );
}
