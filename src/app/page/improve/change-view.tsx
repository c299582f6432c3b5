import type { Change } from '../../../contracts/improvement-plan.ts';
import type { PromiseResult, VersionTry } from '../../../contracts/version-try.ts';
import { Chip, Tag } from '../../../reporters/page/chip.tsx';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { inOrder, promiseEnd, promiseMarks, promiseText, tallyText } from '../../../reporters/version-try-words.ts';
import type { Headline } from '../../../reporters/words.ts';
import { counted, percent } from '../../../text/figures.ts';
import { addressPart } from '../place.ts';

const notTried: Headline = { mark: '·', name: 'not tried yet', tone: 'calm' };

/** A change: before and after, its evidence, and its promise with what became of it. */
export function ChangeView({ change, tried }: { readonly change: Change; readonly tried: VersionTry | null }) {
  const { id, priority, group, what, place, before, after, literal, by, evidence } = change;
  const results = tried?.promises.filter(({ changes }) => changes.includes(id)) ?? [];
  return (
    <details class="plan-item" id={id}>
      <summary>
        <Tag tone={priority === 'P0' ? 'bad' : priority === 'P1' ? 'warn' : 'calm'}>{id}</Tag> <span class="soft">{group}</span>{' '}
        <Name text={what} /> <Chip headline={stateOf(results)} />
      </summary>
      {(place !== undefined || by !== undefined) && (
        <p class="soft">
          {place && (
            <code>
              <Name text={`${place.file}:${place.line}`} />
            </code>
          )}
          {by !== undefined && (
            <>
              {' proposed by '}
              <Name text={by} />
            </>
          )}
        </p>
      )}
      <div class="plan-texts">
        <div>
          <h4>before</h4>
          <p class="output">{before === '' ? <span class="soft">nothing</span> : <Foreign text={before} />}</p>
        </div>
        <div>
          <h4>{literal ? 'after' : 'after: a person writes code that does this'}</h4>
          <p class="output">
            <Foreign text={after} />
          </p>
        </div>
      </div>
      <p>
        <span class="soft">because of</span>{' '}
        {evidence.map((problem) => (
          <a key={problem} class="evidence" href={`#${addressPart(problem)}`} onClick={(event) => open(event, problem)}>
            <Name text={problem} />
          </a>
        ))}
      </p>
      <Promises change={change} results={results} />
    </details>
  );
}

/** The worst of what became of its promises. */
function stateOf(results: readonly PromiseResult[]): Headline {
  const [worst] = inOrder(results);
  return worst ? promiseMarks[worst.result] : notTried;
}

function Promises({ change: { promise }, results }: { readonly change: Change; readonly results: readonly PromiseResult[] }) {
  if (!promise) return <p class="soft">It promises nothing that a trial could check.</p>;
  if (results.length > 0)
    return (
      <ul>
        {inOrder(results).map((each, index) => (
          <li key={index}>
            <Chip headline={promiseMarks[each.result]} /> <Name text={promiseText(each)} />{' '}
            <span class="soft">
              {tallyText(each.before)} before, {tallyText(each.after)} after
              {each.result === 'not-decidable' ? `; ${promiseEnd(each)}` : ''}
            </span>
          </li>
        ))}
      </ul>
    );
  return (
    <ul>
      {promise.falls.map(({ finding, to, seen, cases }) => (
        <li key={finding}>
          promises that <Name text={finding} /> falls to {percent(to)} of runs
          {cases.length > 0 ? ` on ${counted(cases.length, 'case')}` : ''}{' '}
          <span class="soft">
            (seen in {seen.runs} of {seen.of})
          </span>
        </li>
      ))}
      {promise.holds.length > 0 && <li class="soft">and that {counted(promise.holds.length, 'other thing')} does not move</li>}
    </ul>
  );
}

/** A problem that is folded away opens when it is gone to. */
function open(event: MouseEvent, problem: string): void {
  event.preventDefault();
  const found = document.getElementById(problem);
  if (!(found instanceof HTMLDetailsElement)) return;
  found.open = true;
  found.scrollIntoView({ block: 'start' });
}
