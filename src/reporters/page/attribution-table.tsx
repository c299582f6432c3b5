import type { Attribution } from '../../contracts/attribution.ts';
import { ratio } from '../../text/figures.ts';
import { causeName, effectText, partNames } from '../words.ts';
import { Name } from './foreign.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { TextDiffView } from './text-diff-view.tsx';

type Exchange = Attribution['contrasts'][number]['in'];

/** Which part of the change did it: each part put into main alone, and taken out of the candidate alone. */
export function AttributionTable({ attribution }: { readonly attribution: Attribution }) {
  const { reason, contrasts, notDecidable, diffs } = attribution;
  return (
    <section class="panel wide" aria-labelledby="attribution">
      <h2 id="attribution">Cause</h2>
      <p>
        <b>{upperFirst(causeName(attribution))}.</b> <Name text={reason} />
      </p>
      {contrasts.length > 0 && (
        <>
          <ScrollBox label="Parts tried apart">
            <table class="attribution">
              <thead>
                <tr>
                  <th scope="col">part</th>
                  <th scope="col">put into main alone</th>
                  <th scope="col">taken out of the candidate</th>
                  <th scope="col">effect on the pass rate</th>
                </tr>
              </thead>
              <tbody>
                {contrasts.map((each) => (
                  <tr key={each.factors.join()}>
                    <th scope="row">{partNames(each.factors)}</th>
                    <ExchangeCell exchange={each.in} />
                    <ExchangeCell exchange={each.out} />
                    <td>
                      {effectText(each)}
                      {each.effect.low > 0 && <span class="bad"> ✗</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
          <p class="soft">
            Runs of the accused case that passed: with main's part → with the candidate's. The range of the effect (95 %) is in brackets.
          </p>
        </>
      )}
      {notDecidable.map(({ reason: why }) => (
        <p key={why}>
          <Name text={why} />
        </p>
      ))}
      {diffs.map((diff) => (
        <TextDiffView key={`${diff.factor} ${diff.title}`} diff={diff} />
      ))}
    </section>
  );
}

function ExchangeCell({ exchange: { drop, before, after } }: { readonly exchange: Exchange }) {
  return (
    <td class={drop.low > 0 ? 'wrong' : undefined}>
      {ratio(before)} → {ratio(after)}
    </td>
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
