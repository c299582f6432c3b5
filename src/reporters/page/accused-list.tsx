import type { AccusedCase } from '../../contracts/accused-case.ts';
import type { ChangedFile } from '../../contracts/text-diff.ts';
import { count, counted } from '../../text/figures.ts';
import { Foreign, Name } from './foreign.tsx';
import { linkTo } from './route.ts';

/** For each accused case: what is wrong, where, and what to do. */
export function AccusedList({ accused }: { readonly accused: readonly AccusedCase[] }) {
  return (
    <section class="panel wide" aria-labelledby="accused">
      <h2 id="accused">What to fix</h2>
      {accused.map(({ caseId, file, findings, fields, step, again, remedy }, index) => (
        <details key={caseId} class="accused" open={index === 0}>
          <summary>
            <Name text={caseId} />
          </summary>
          <dl>
            <dt>finding</dt>
            <dd>
              {findings.map(({ code, message, trials, of }) => (
                <p key={code}>
                  <Foreign text={message} />{' '}
                  <span class="soft">
                    (<Name text={code} />, {count(trials)} of {counted(of, 'trial')})
                  </span>
                </p>
              ))}
            </dd>
            <dt>where</dt>
            <dd>
              <code>
                <Name text={file} />
              </code>{' '}
              <a href={linkTo({ caseId })}>its trials</a>
              {fields.map(({ field, expected, actual }) => (
                <p key={field}>
                  <code>
                    <Name text={field} />
                  </code>{' '}
                  is <Name text={actual} />, the label says <Name text={expected} />
                </p>
              ))}
              {step !== undefined && (
                <p>
                  <Foreign text={step} />
                </p>
              )}
            </dd>
            <dt>fix</dt>
            <dd>
              <Name text={remedy} />
            </dd>
            <dt>rerun</dt>
            <dd>
              <code>
                <Name text={again} />
              </code>
            </dd>
          </dl>
        </details>
      ))}
    </section>
  );
}

/** The files that differ from main. */
export function ChangedFileList({ files, leftOut }: { readonly files: readonly ChangedFile[]; readonly leftOut: number }) {
  return (
    <details>
      <summary>{counted(files.length + leftOut, 'file')} changed since main</summary>
      <ul class="files">
        {files.map(({ path, change }) => (
          <li key={path}>
            <code>
              <Name text={path} />
            </code>
            {change !== 'changed' && <span class="soft"> {change}</span>}
          </li>
        ))}
        {leftOut > 0 && <li class="soft">and {count(leftOut)} more</li>}
      </ul>
    </details>
  );
}
