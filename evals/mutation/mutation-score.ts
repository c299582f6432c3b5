/** What StrykerJS reports of one mutant. Lines and columns count from 1. */
export interface Mutant {
  readonly mutatorName: string;
  readonly replacement: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}
interface Place {
  readonly line: number;
  readonly column: number;
}

/** Mutants that are no faults, and why: `line` is the source line without its margins, `mutants` are replacements in it (`*`: all that survive). */
export interface Equivalent {
  readonly file: string;
  readonly line: string;
  readonly mutants: readonly string[];
  readonly reason: string;
}

export interface MutationScore {
  readonly all: number;
  readonly noticed: number;
  /** Survivors that an equivalent explains. */
  readonly explained: number;
  readonly unexplained: readonly string[];
  /** Explanations of what did not survive or is not there any more. */
  readonly stale: readonly string[];
}

/** Counts mutants: an endless loop (`Timeout`) is noticed, what no test runs is not; what cannot be run at all is no mutant. */
export function mutationScore(
  files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>,
  equivalents: readonly Equivalent[],
): MutationScore {
  const used = new Set<string>();
  const unexplained: string[] = [];
  let [all, noticed, explained] = [0, 0, 0];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const { mutatorName, replacement, status, location } of mutants) {
      if (status === 'CompileError' || status === 'RuntimeError' || status === 'Ignored') continue;
      all += 1;
      if (status === 'Killed' || status === 'Timeout') {
        noticed += 1;
        continue;
      }
      const line = (lines[location.start.line - 1] ?? '').trim();
      const known = equivalents.find(
        (each) => each.file === file && each.line === line && (each.mutants.includes('*') || each.mutants.includes(replacement)),
      );
      if (known === undefined) {
        unexplained.push(`${status} ${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement}  | ${line}`);
      } else {
        explained += 1;
        used.add(nameOf(known));
      }
    }
  }
  const stale = equivalents.filter((each) => each.file in files && !used.has(nameOf(each))).map(nameOf);
  return { all, noticed, explained, unexplained, stale };
}

/** What of an earlier run counts for the next one: what was noticed. StrykerJS would keep a survivor too where a new test runs a module's beginning. */
export function noticedOf<
  Report extends { readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>> },
>(report: Report): Report {
  const files = Object.entries(report.files).map(([file, { mutants, ...rest }]) => [
    file,
    { ...rest, mutants: mutants.filter(({ status }) => status === 'Killed') },
  ]);
  return { ...report, files: Object.fromEntries(files) };
}

const nameOf = ({ file, line, mutants }: Equivalent) => `${file} | ${line} | ${mutants.join(', ')}`;
