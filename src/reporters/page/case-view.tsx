import type { JsonObject } from '../../contracts/json.ts';
import { count, counted, percent, statistic } from '../../text/figures.ts';
import { shownValue } from '../shown-value.ts';
import { changeNames } from '../words.ts';
import { Chip, Tag } from './chip.tsx';
import { DecisionDiff, type ShownTrial } from './decision-diff.tsx';
import { useCaseDetail } from './details.ts';
import { Foreign, Name } from './foreign.tsx';
import type { CaseDetail, PageArm, PageCase, PageTrial, Side } from './page-data.ts';
import { linkTo } from './route.ts';
import { useSideNames } from './side-names.ts';
import { Sparkline } from './sparkline.tsx';
import { TranscriptDiff } from './transcript-diff.tsx';
import { shapeOf, shareOf, TrialShape, trialsOf, trialWordsOf } from './trial-shape.tsx';

/** The two trials that are shown side by side. */
export interface Pair {
  readonly baseline: PageTrial | undefined;
  readonly candidate: PageTrial | undefined;
}

/** The trials that the route names; where it names none, a passing one of the baseline and a failing one of the candidate tell most. */
export function pairOf({ baseline, candidate }: PageCase, keys: readonly string[]): Pair {
  const before = trialsOf(baseline, 'baseline');
  const after = trialsOf(candidate, 'candidate');
  return {
    baseline: before.find(({ key }) => keys.includes(key)) ?? before.find(({ pass }) => pass) ?? before[0],
    candidate: after.find(({ key }) => keys.includes(key)) ?? after.find(({ pass }) => !pass) ?? after[0],
  };
}

/** One case in depth: its trials, decisions and transcripts. */
export function CaseView({ each, keys }: { readonly each: PageCase; readonly keys: readonly string[] }) {
  const detail = useCaseDetail(each);
  const pair = pairOf(each, keys);
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
          <Chip headline={changeNames[each.change]} />
          {each.critical && <Tag tone="bad">critical</Tag>}
          {each.eValue !== undefined && <Tag>evidence {statistic(each.eValue)}</Tag>}
          <Tag>label: {each.labelSource}</Tag>
          {each.tags?.map((tag) => (
            <Tag key={tag}>
              <Name text={tag} />
            </Tag>
          ))}
        </p>
      </header>
      <Fields title="Input" fields={each.input} />
      <section aria-label="Trials" class="strips">
        <TrialStrip side="baseline" arm={each.baseline} pair={pair} caseId={each.id} />
        <TrialStrip side="candidate" arm={each.candidate} pair={pair} caseId={each.id} />
      </section>
      {detail ? <Compared each={each} pair={pair} detail={detail} /> : <p class="soft">Reading the transcripts …</p>}
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
  const baseline = shown(each.baseline, 'baseline', pair.baseline, detail);
  const candidate = shown(each.candidate, 'candidate', pair.candidate, detail);
  return (
    <>
      <DecisionDiff expected={each.expected} baseline={baseline} candidate={candidate} />
      <TranscriptDiff baseline={baseline} candidate={candidate} />
    </>
  );
}

/** Details stand in the order of the trials. */
function shown(arm: PageArm, side: Side, trial: PageTrial | undefined, details: CaseDetail): ShownTrial | undefined {
  const place = trialsOf(arm, side).findIndex(({ key }) => key === trial?.key);
  const detail = details[side][place];
  return trial && detail ? { trial, detail } : undefined;
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
  readonly side: Side;
  readonly arm: PageArm;
  readonly pair: Pair;
  readonly caseId: string;
}

/** A link a trial; the one that is shown is framed. */
function TrialStrip({ side, arm, pair, caseId }: TrialStripProps) {
  const name = useSideNames()[side];
  const other = side === 'baseline' ? pair.candidate : pair.baseline;
  const chosen = pair[side];
  return (
    <div class="strip">
      <div class="strip-name">
        <b>{name}</b> <span class="figures">{shareOf(arm)}</span>
        {arm.agreement !== undefined && <span class="soft"> · repeats agree {percent(arm.agreement)}</span>}
      </div>
      <ul>
        {trialsOf(arm, side).map((trial) => (
          <li key={trial.key}>
            <a
              href={linkTo({ caseId, trials: [trial.key, other?.key].filter((key) => key !== undefined) })}
              aria-label={trialWordsOf(trial, name)}
              aria-current={trial.key === chosen?.key ? 'true' : undefined}
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
