import type { Problem, ProblemExample } from '../../../contracts/improvement-plan.ts';
import { Tag } from '../../../reporters/page/chip.tsx';
import { Foreign, Name } from '../../../reporters/page/foreign.tsx';
import { count, estimatedShare } from '../../../text/figures.ts';
import { addressPart } from '../place.ts';

const tones = { critical: 'bad', serious: 'bad', minor: 'warn' } as const;

/** A problem: how often, what is to blame, where, and the runs that show it. */
export function ProblemView({ problem }: { readonly problem: Problem }) {
  const { id, what, severity, kind, seen, cause, because, place, examples, methods = [], statistics } = problem;
  return (
    <details class="plan-item" id={id}>
      <summary>
        <Tag tone={tones[severity]}>{severity}</Tag> <b class="figures">{`${count(seen.runs)}/${count(seen.of)}`}</b> <Name text={what} />
      </summary>
      <p class="soft">
        {kind} · {estimatedShare(seen.share)} of runs · to blame: {cause}
        {place && (
          <>
            {' · '}
            <code>
              <Name text={`${place.file}:${place.line}`} />
            </code>
          </>
        )}
      </p>
      <p>
        <Foreign text={because} />
      </p>
      {methods.length > 0 && (
        <ul>
          {methods.map(({ method, runs }) => (
            <li key={method}>
              <b class="figures">{count(runs)}×</b> <Foreign text={method} />
            </li>
          ))}
        </ul>
      )}
      {examples.map((example) => (
        <Example key={example.run} example={example} />
      ))}
      {statistics !== undefined && (
        <p class="soft">
          <Foreign text={statistics} />
        </p>
      )}
    </details>
  );
}

function Example({ example: { run, kind, quotes, arithmetic } }: { readonly example: ProblemExample }) {
  return (
    <div class="plan-example">
      <p>
        {kind === 'trace' ? (
          <a href={`/traces/${addressPart(run)}`}>
            trace <code>{run.slice(0, 12)}</code>
          </a>
        ) : (
          <Name text={run} />
        )}
      </p>
      {quotes.map(({ from, text }, index) => (
        <blockquote key={index}>
          <span class="soft">
            <Name text={from} />
          </span>{' '}
          <Foreign text={text} />
        </blockquote>
      ))}
      {arithmetic !== undefined && (
        <p class="output">
          <Foreign text={arithmetic} />
        </p>
      )}
    </div>
  );
}
