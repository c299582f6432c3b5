import { confusionTable } from '../confusion-table.ts';
import { useColumns } from './columns.ts';
import { ScrollBox } from './scroll-box.tsx';

/** What each version decided against what was right, where that says more than a pass rate. A wrong cell carries a word, not colour alone. */
export function ConfusionView() {
  const matrices = useColumns().columns.flatMap(({ name, reported }) => {
    const matrix = confusionTable(reported.confusion);
    return matrix ? [{ name, matrix }] : [];
  });
  return (
    <div class="confusions">
      {matrices.map(({ name, matrix }) => (
        <ScrollBox label={`${matrix.title}, ${name}`} key={name}>
          <table class="confusion">
            <caption>
              {matrix.title}, {name}
            </caption>
            <thead>
              <tr>
                {matrix.header.map((heading, index) => (
                  <th scope="col" key={index}>
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {matrix.rows.map((row, index) => (
                <tr key={index}>
                  <th scope="row">{row.name}</th>
                  {row.cells.map(({ text, tone }, column) => (
                    <td
                      key={column}
                      data-heading={matrix.header[column + 1]}
                      class={tone === 'wrong' || tone === 'harm' ? 'wrong' : undefined}
                    >
                      {text}
                      {(tone === 'wrong' || tone === 'harm') && <span class="bad"> {tone === 'harm' ? 'harm' : 'wrong'}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      ))}
    </div>
  );
}
