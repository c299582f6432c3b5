import type { Attribution } from '../../contracts/verdict.ts';
import { ratio } from '../figures.ts';
import { factorNames } from '../words.ts';
import { Name } from './foreign.tsx';

const sides = ['baseline', 'candidate'] as const;
const short = { baseline: 'old', candidate: 'new' } as const;

/** Which part of the change did it: prompt and tools down, model across. */
export function AttributionTable({ attribution: { factor, reason, cells } }: { readonly attribution: Attribution }) {
  const models = sides.filter((side) => cells.some(({ model }) => model === side));
  const rows = sides.flatMap((prompt) => sides.map((toolVariant) => ({ prompt, toolVariant })));
  const cellOf = (row: (typeof rows)[number], model: (typeof sides)[number]) =>
    cells.find((cell) => cell.prompt === row.prompt && cell.toolVariant === row.toolVariant && cell.model === model);
  return (
    <section class="panel" aria-labelledby="attribution">
      <h2 id="attribution">What did it</h2>
      <p>
        <b>Attributed to {factorNames[factor]}.</b> <Name text={reason} />
      </p>
      {cells.length > 0 && (
        <table class="attribution">
          <thead>
            <tr>
              <th scope="col">prompt</th>
              <th scope="col">tools</th>
              {models.map((model) => (
                <th scope="col" key={model}>
                  {short[model]} model
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              .filter((row) => models.some((model) => cellOf(row, model)))
              .map((row) => (
                <tr key={`${row.prompt} ${row.toolVariant}`}>
                  <td>{short[row.prompt]}</td>
                  <td>{short[row.toolVariant]}</td>
                  {models.map((model) => {
                    const cell = cellOf(row, model);
                    const bad = cell !== undefined && cell.runs > 0 && cell.passes * 2 < cell.runs;
                    return (
                      <td key={model} class={bad ? 'wrong' : undefined}>
                        {cell ? ratio(cell) : '–'}
                        {bad && <span class="bad"> ✗</span>}
                      </td>
                    );
                  })}
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
