import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { JsonObject } from '../../contracts/json.ts';
import { count, counted, percent, statistic } from '../../text/figures.ts';
import { shownValue } from '../shown-value.ts';
import { caseHeadline } from '../words.ts';
import { Chip, Tag } from './chip.tsx';
import { type Columns, trialsOf, useColumns } from './columns.ts';
import { CopyButtons } from './copy-buttons.tsx';
import { DecisionDiff, type ShownTrial } from './decision-diff.tsx';
import { useCaseDetail, useTranscripts } from './details.ts';
import { Foreign, Name } from './foreign.tsx';
import type { CaseDetail, PageCase, PageTrial } from './page-data.ts';
import { linkTo } from './route.ts';
import { Sparkline } from './sparkline.tsx';
import { TranscriptDiff } from './transcript-diff.tsx';
import { shapeOf, shareOf, TrialShape, trialWordsOf } from './trial-shape.tsx';

/** The trials that are shown side by side, in the order of their columns; `from` is missing where there is one trial only. */
export interface Pair {
  readonly from: PageTrial | undefined;
  readonly to: PageTrial | undefined;
}

/**
 * The trials that the route names; where it names none, a passing one of the first version and a failing one of the judged version tell most. Where
 * there is only one version, these two are both its own.
 */
export function pairOf(each: PageCase, { columns, judged }: Columns, keys: readonly string[]): Pair {
  const all = columns.map((_, column) => trialsOf(each, columns, column));
  const [trial, against] = keys.map((key) => all.flat().find((candidate) => candidate.key === key));
  const first = all.findIndex((trials, column) => column !== judged && trials.length > 0);
  const last = all[judged] ?? [];
  const to = trial ?? last.find(({ pass }) => !pass) ?? last[0];
  // Two trials of one version say something where one of them passes and the other does not.
  const others = first >= 0 ? (all[first] ?? []) : to?.pass === false ? last.filter(({ pass }) => pass) : [];
  const judgedOne = trial && trial.column !== judged ? (last.find(({ pass }) => !pass) ?? last[0]) : undefined;
  const from = against ?? judgedOne ?? others.find(({ pass }) => pass) ?? others[0];
  if (from && to && from.column > to.column) return { from: to, to: from };
  return { from: from?.key === to?.key ? undefined : from, to };
}

/** What a page that knows more than its report adds to a case. */
export const CaseFootContext = createContext<(props: { readonly caseId: string }) => ComponentChildren>(() => null);

/** One case in depth: its trials, decisions and transcripts. */
export function CaseView({ each, keys, rerun }: { readonly each: PageCase; readonly keys: readonly string[]; readonly rerun: string }) {
  const columns = useColumns();
  const detail = useCaseDetail(each);
  const pair = pairOf(each, columns, keys);
  const CaseFoot = useContext(CaseFootContext);
  return (
    <article class="case-view" aria-labelledby="case-heading">
      <header>
        <h2 id="case-heading" tabIndex={-1}>
          <Name text={each.id} />
        </h2>
        <p class="title">
          <Name text={each.title} />
        </p>
        <p class="chips">
          <Chip headline={caseHeadline(each)} />
          {each.critical && <Tag tone="bad">critical</Tag>}
          {each.eValue !== undefined && <Tag>evidence {statistic(each.eValue)}</Tag>}
          <Tag>label: {each.labelSource}</Tag>
          {each.tags?.map((tag) => (
            <Tag key={tag}>
              <Name text={tag} />
            </Tag>
          ))}
        </p>
        <CopyButtons each={each} detail={detail} rerun={rerun} />
      </header>
      <Fields title="Input" fields={each.input} />
      <section aria-label="Trials" class="strips">
        {columns.columns.map(({ key }, column) => (
          <TrialStrip key={key} each={each} column={column} pair={pair} />
        ))}
      </section>
      {detail ? <Compared each={each} pair={pair} detail={detail} /> : <p class="soft">Reading the transcripts …</p>}
      <CaseFoot caseId={each.id} />
      {each.history && each.history.length > 1 && (
        <section aria-labelledby="history">
          <h3 id="history">Earlier runs</h3>
          <Sparkline points={each.history} label={`Pass rate of ${each.id} over time`} />
        </section>
      )}
    </article>
  );
}

function Compared({ each, pair, detail }: { readonly each: PageCase; readonly pair: Pair; readonly detail: CaseDetail }) {
  const { columns } = useColumns();
  const shown = [pair.from, pair.to].flatMap((trial) => {
    const found = trial && shownTrial(each, columns, trial, detail);
    return found ? [found] : [];
  });
  const transcripts = useTranscripts(shown.map(leftOut));
  const whole = shown.map((one) => {
    const transcript = transcripts.of(leftOut(one));
    return transcript ? { ...one, detail: { ...one.detail, transcript } } : one;
  });
  return (
    <>
      <DecisionDiff expected={each.expected} shown={shown} />
      {transcripts.isReading ? (
        <p class="soft">Reading the transcripts …</p>
      ) : (
        <TranscriptDiff shown={whole} {...(transcripts.fault === undefined ? {} : { fault: transcripts.fault })} />
      )}
    </>
  );

  function leftOut({ trial, detail: one }: ShownTrial) {
    return { detail: one, number: trial.number, stored: each.arms[trial.column]?.stored };
  }
}

/** Details stand in the order of the trials. */
function shownTrial(each: PageCase, columns: Columns['columns'], trial: PageTrial, details: CaseDetail): ShownTrial | undefined {
  const place = trialsOf(each, columns, trial.column).findIndex(({ key }) => key === trial.key);
  const detail = details[trial.column]?.[place];
  return detail ? { trial, detail } : undefined;
}

function Fields({ title, fields }: { readonly title: string; readonly fields: JsonObject }) {
  return (
    <dl class="fields" aria-label={title}>
      {Object.entries(fields).map(([name, value]) => (
        <div key={name}>
          <dt>
            <Name text={name} />
          </dt>
          <dd>
            <Name text={shownValue(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface TrialStripProps {
  readonly each: PageCase;
  readonly column: number;
  readonly pair: Pair;
}

/** A link a trial; those that are shown are framed. A trial takes the place of the shown one of its own version, or of the later one. */
function TrialStrip({ each, column, pair }: TrialStripProps) {
  const { columns } = useColumns();
  const name = columns[column]?.name ?? '';
  const arm = each.arms[column];
  const other = pair.from?.column === column && pair.to?.column !== column ? pair.to : pair.from;
  if (!arm) return null;
  const isShown = ({ key }: PageTrial) => key === pair.from?.key || key === pair.to?.key;
  return (
    <div class="strip">
      <div class="strip-name">
        <b>
          <Name text={name} />
        </b>{' '}
        <span class="figures">{shareOf(arm)}</span>
        {arm.agreement !== undefined && <span class="soft"> · repeats agree {percent(arm.agreement)}</span>}
      </div>
      <ul>
        {trialsOf(each, columns, column).map((trial) => (
          <li key={trial.key}>
            <a
              href={linkTo({ caseId: each.id, trials: [trial.key, other?.key].filter((key) => key !== undefined) })}
              aria-label={trialWordsOf(trial, name)}
              aria-current={isShown(trial) ? 'true' : undefined}
              title={trialWordsOf(trial, name)}
            >
              <TrialShape shape={shapeOf(trial)} />
            </a>
          </li>
        ))}
      </ul>
      {arm.trials.length < arm.runs && (
        <p class="soft">
          {arm.trials.length === 0 ? 'Only the counts are known.' : `Of ${counted(arm.runs, 'run')}, ${count(arm.trials.length)} are kept.`}
        </p>
      )}
      {arm.infraErrors.length > 0 && (
        <ul class="infra">
          {arm.infraErrors.map(({ number, error, message }) => (
            <li key={number}>
              <TrialShape shape="infra" /> trial {number}: {error}, not counted. <Foreign text={message} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
