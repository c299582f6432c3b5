import type { ReportHead } from '../../contracts/verdict.ts';
import { proposalLines } from '../proposal-lines.ts';
import { ruleTable } from '../rule-table.ts';
import { Name } from './foreign.tsx';
import { ScrollBox } from './scroll-box.tsx';

/** Most rows on the page; verdict.json has all. */
const most = 200;

/** What the pull request changes of the rules that judge it: before everything that rests on them. */
export function RuleList({ report }: { readonly report: ReportHead }) {
  const table = ruleTable(report, most);
  const proposal = proposalLines(report);
  if (!table) return null;
  return (
    <section class="rules" aria-labelledby="rules">
      <h2 id="rules">{table.title}</h2>
      {proposal.length > 0 && (
        <ul>
          {proposal.map(([name, value], index) => (
            <li key={index}>
              <b>{name}:</b> <Name text={value} />
            </li>
          ))}
        </ul>
      )}
      <ScrollBox label="Changed rules">
        <table>
          <thead>
            <tr>
              {table.header.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ cells, weighs }, index) => (
              <tr key={index} class={weighs ? 'weighs' : undefined}>
                {cells.map((cell, column) => (
                  <td key={column} data-heading={table.header[column]}>
                    <Name text={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {table.more > 0 && <p class="soft">and {table.more} more in verdict.json</p>}
    </section>
  );
}
