import { useMemo } from 'preact/hooks';
import type { RanTrial, RanVersion } from '../../../contracts/kept-run.ts';
import { Name } from '../../../reporters/page/foreign.tsx';
import { ScrollBox } from '../../../reporters/page/scroll-box.tsx';
import { ShapeLegend, type ShapeName, ShapeRow } from '../../../reporters/page/trial-shape.tsx';
import { VirtualRows } from '../../../reporters/page/virtual-rows.tsx';
import { count, counted } from '../../../text/figures.ts';
import { useRoom } from '../use-room.ts';
import { passText, trialsText } from './run-words.ts';
import type { WatchedRun } from './use-run.ts';

const shapes = { p: 'pass', f: 'fail', u: 'undecided', i: 'infra' } as const satisfies Record<RanTrial[3], ShapeName>;

/** How far a run is, and a shape for each trial that ended: what there is to see before its report, or where it never came to one. */
export function LiveRun({ watched: { run, trials } }: { readonly watched: WatchedRun }) {
  // Drawn anew with each change of the run, with which trials come.
  const cases = useMemo(() => [...trials].toReversed(), [run, trials]);
  const { done, wanted } = run.trials;
  const room = useRoom();
  return (
    <>
      {wanted !== undefined && wanted > 0 && (
        <p class="progress">
          <progress max={wanted} value={done} aria-label="Trials" /> <span class="figures">{trialsText(run)}</span>
        </p>
      )}
      {run.versions.length > 0 && <VersionTable versions={run.versions} />}
      {cases.length > 0 && (
        <section class="wide" aria-labelledby="live">
          <h2 id="live">{counted(cases.length, 'case')} tried</h2>
          <ShapeLegend />
          <section class="matrix-box" aria-label="Trials so far" style={{ '--columns': run.versions.length }}>
            <div class="matrix-row head" aria-hidden="true">
              <span class="matrix-case">case</span>
              {run.versions.map(({ name }) => (
                <span key={name}>
                  <Name text={name} />
                </span>
              ))}
            </div>
            <VirtualRows label="Cases" rows={cases.length} rowHeight={48}>
              {(row) => {
                const [caseId = '', ended = []] = cases[row] ?? [];
                return (
                  <div class="matrix-row">
                    <span class="matrix-case case-id">
                      <Name text={caseId} />
                    </span>
                    {run.versions.map(({ name }, place) => (
                      <span class="matrix-cell" key={name}>
                        <ShapeRow shapes={shapesOf(ended, place)} most={run.versions.length > 3 || room === 'narrow' ? 10 : 40} />
                      </span>
                    ))}
                  </div>
                );
              }}
            </VirtualRows>
          </section>
        </section>
      )}
    </>
  );
}

function VersionTable({ versions }: { readonly versions: readonly RanVersion[] }) {
  return (
    <ScrollBox label="Versions">
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">version</th>
            <th scope="col">passed</th>
            <th scope="col">harm in critical cases</th>
            <th scope="col">infra errors</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.name}>
              <th scope="row">
                <Name text={version.name} />
              </th>
              <td>{passText(version)}</td>
              <td>{version.harm ? <b class="bad">! {count(version.harm)}</b> : version.harm === 0 ? count(0) : '–'}</td>
              <td>{count(version.infraErrors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** The shapes of one version's trials in the order of their numbers. */
function shapesOf(ended: readonly RanTrial[], place: number): ShapeName[] {
  return ended
    .filter(([version]) => version === place)
    .toSorted(([, , one], [, , other]) => one - other)
    .map(([, , , end]) => shapes[end]);
}
