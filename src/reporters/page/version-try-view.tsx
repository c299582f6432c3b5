import type { ComponentChildren } from 'preact';
import type { VersionTry } from '../../contracts/version-try.ts';
import {
  effectMarks,
  effectText,
  inOrder,
  promiseEnd,
  promiseMarks,
  promiseText,
  tallyText,
  triedSentence,
  tryHeadline,
} from '../version-try-words.ts';
import type { Headline } from '../words.ts';
import { Name } from './foreign.tsx';
import { HeadlineView } from './headline-view.tsx';
import { PageBar } from './page-bar.tsx';
import { RerunLine } from './rerun-line.tsx';
import { ScrollBox } from './scroll-box.tsx';

/** A tried draft: what it comes to, each promise, the gate's answer, and what each change does. */
export function VersionTryView({ tried }: { readonly tried: VersionTry }) {
  const { promises, effects, verdict, createdAt, mode, agent, rerun, from, version, notices } = tried;
  return (
    <>
      <PageBar of={agent} mode={mode} createdAt={createdAt} />
      <main>
        <section class="verdict" aria-labelledby="verdict">
          <HeadlineView headline={tryHeadline(tried)} sentence={tried.reason} />
          {[triedSentence(tried), ...notices].map((text) => (
            <p key={text} class="note">
              <Name text={text} />
            </p>
          ))}
        </section>
        <Rows id="promises" title="Promises" head={['', 'promise', 'by', from, version, 'result']}>
          {inOrder(promises).map((each, row) => (
            <tr key={row}>
              <Mark of={promiseMarks[each.result]} />
              <Cells
                texts={[promiseText(each), each.changes.join(', '), tallyText(each.before), tallyText(each.after), promiseEnd(each)]}
              />
            </tr>
          ))}
        </Rows>
        <section class="panel wide" aria-labelledby="gate">
          <h2 id="gate">The gate</h2>
          <p>
            <b>{verdict.verdict}.</b> <Name text={verdict.reason} />
          </p>
        </section>
        {effects.length > 0 && (
          <Rows id="effects" title="What each change does" head={['', 'change', 'what', 'pass rate']}>
            {effects.map((each) => (
              <tr key={each.id}>
                <Mark of={effectMarks[each.result]} />
                <Cells texts={[each.id, each.what, effectText(each)]} />
              </tr>
            ))}
          </Rows>
        )}
        <RerunLine command={rerun} />
      </main>
    </>
  );
}

function Rows({
  id,
  title,
  head,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    <section class="panel wide" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ScrollBox label={title}>
        <table class="attribution">
          <thead>
            <tr>
              {head.map((text, column) => (
                <th key={column} scope="col">
                  {text === '' ? <span class="unseen">mark</span> : <Name text={text} />}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

function Mark({ of: { mark, name, tone } }: { readonly of: Headline }) {
  return (
    <td class={tone}>
      <span role="img" aria-label={name}>
        {mark}
      </span>
    </td>
  );
}

function Cells({ texts }: { readonly texts: readonly string[] }) {
  return (
    <>
      {texts.map((text, column) => (
        <td key={column}>
          <Name text={text} />
        </td>
      ))}
    </>
  );
}
