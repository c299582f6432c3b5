import { type Part, partWords as wordsOf } from '../../../contracts/attribution.ts';
import type { Served } from '../../../contracts/served.ts';
import type { Conclusion } from '../../../gate/attribution/conclude.ts';
import { type Cell, dropOf, intervalOf, type Mixtures } from '../../../gate/attribution/mixtures.ts';
import type { Counts } from '../../../stats/counts.ts';
import { count, listed, ratio } from '../../../text/figures.ts';
import { type FilesOfParts, holdsCode } from './changed-files-of-parts.ts';
import { type Block, type ChangedParts, reading } from './changed-parts.ts';

/** Most files that a sentence names. */
const mostNamed = 3;

/** No two parts are to be told apart. */
export function onlyOne(factor: Part): string {
  return `Only ${wordsOf(factor)} changed.`;
}

export const noPart = 'No part of the agent differs between the two versions.';

/** Nothing can be mixed. */
export function noneApart(factors: readonly Part[]): string {
  return `Not decided: ${named(factors)} changed, and they cannot be tried apart.`;
}

interface NotDecidable {
  readonly factors: Part[];
  readonly reason: string;
}

/** Code that changed together with what says which packages it needs. */
function packagesAlong({ files, manifests }: FilesOfParts): NotDecidable[] {
  const code = [...files].flatMap(([part, paths]) => (holdsCode(paths) ? [part] : []));
  if (manifests.length === 0) return [];
  return [
    {
      factors: code,
      reason: `Not decidable: ${shownFiles(manifests)} went into each combination together with changed code of the candidate's.`,
    },
  ];
}

function namedApart({ apart }: FilesOfParts): NotDecidable[] {
  if (apart.length === 0) return [];
  return [{ factors: [...apart], reason: `Not decidable: ${named(apart)} cannot be exchanged between the two checkouts.` }];
}

function shownFiles(paths: readonly string[]): string {
  return `${paths.slice(0, mostNamed).join(', ')}${paths.length > mostNamed ? ` and ${count(paths.length - mostNamed)} more` : ''}`;
}

/** Parts whose mixtures could not be run: nothing is known of what they do. */
export function notStarted(mixtures: Mixtures, { blocks, own }: ChangedParts): NotDecidable[] {
  if (!own) return [];
  return mixtures.cells.flatMap(({ mixture, blocked }) => {
    if (blocked === undefined) return [];
    const factors = blocks.filter((block) => mixture.includes(block.join('+'))).flat();
    return [
      {
        factors: [...factors],
        reason: `Not decidable: main with the candidate's ${named(factors).replaceAll('the ', '')} does not run: ${blocked}`,
      },
    ];
  });
}

/** What runs on a server somewhere else cannot be mixed here. */
export function elsewhere({ address }: Served): string {
  return `Not decided: the agent runs behind ${address}, so its parts cannot be tried apart here. With "serve" each checkout starts its own server, and they can.`;
}

/** Parts that no mixture tells apart, each with the reason. */
export function notDecidable({ blocks, factors, rest, runnerChanged, own }: ChangedParts): NotDecidable[] {
  const tied = blocks
    .filter((block) => block.length > 1)
    .map((block) => ({
      factors: [...block],
      reason: `Not decidable: ${named(block)} cannot be tried apart, because ${own ? 'schemas go with the code that makes them' : 'files go with the code that reads them'}.`,
    }));
  const runner: NotDecidable = {
    factors: ['runner'],
    reason: `Not decidable: ${wordsOf('runner')} changed, and this checkout's runs every combination.`,
  };
  if (own) return [...tied, ...packagesAlong(own), ...namedApart(own), ...(runnerChanged ? [runner] : [])];
  const changedCode = factors.filter((factor) => reading.includes(factor));
  const used = {
    factors: [...changedCode],
    reason: `Not decidable: ${named(changedCode)} went into each combination together with what they use of ${shownFiles(rest)}, which changed too.`,
  };
  return [...tied, ...(rest.length > 0 && changedCode.length > 0 ? [used] : []), ...(runnerChanged ? [runner] : [])];
}

/** Why the mixtures say nothing; undefined when main, run now, passes as its stored runs did, as far as can be seen. */
export function controlFailure(stored: Counts, now: Counts, { runnerChanged }: Pick<ChangedParts, 'runnerChanged'>): string | undefined {
  const cells = [stored, now].map((counts): Cell => ({ mixture: [], counts }));
  const [before, after] = cells as [Cell, Cell];
  if (intervalOf(dropOf({ before, after })).low <= 0) return undefined;
  const why = runnerChanged
    ? `${upperFirst(wordsOf('runner'))} changed, which runs it now, or something outside the agent changed.`
    : "Something outside the agent's parts changed, or both read the same changed file.";
  return `Not decided: main itself, run now, passes ${ratio(after.counts)} (before: ${ratio(before.counts)}), so mixing the two versions shows nothing. ${why}`;
}

/** What the contrasts show, with the counts that show it. */
export function reasonFor(
  conclusion: Conclusion,
  mixtures: Mixtures,
  { blocks, own }: ChangedParts,
  { caseId, budgetSpent }: { readonly caseId: string; readonly budgetSpent: boolean },
): string {
  const words = (key: string) => {
    const block = blocks.find((each) => each.join('+') === key) ?? [];
    return { all: named(block), bare: named(block).replaceAll('the ', '') };
  };
  const alone = (key: string) =>
    `with the candidate's ${words(key).bare} alone the case ${caseId} passes ${ratio(mixtures.oneIn(key).counts)}`;
  const without = (key: string) => `with main's ${words(key).bare} in the candidate ${ratio(mixtures.oneOut(key).counts)}`;
  const pure = `main ${ratio(mixtures.main.counts)}, the candidate ${ratio(mixtures.candidate.counts)}`;
  switch (conclusion.kind) {
    case 'one':
      if (mixtures.factors.length === 1) return `${upperFirst(words(conclusion.factors[0]).all)}: ${pure}, both run here.`;
      return `${upperFirst(alone(conclusion.factors[0]))} (${pure}); ${without(conclusion.factors[0])}.`;
    case 'several': {
      const [first] = conclusion.factors;
      if (conclusion.rest && first !== undefined)
        return `${upperFirst(alone(first))} (${pure}). That is not all: ${without(first)}, so something else that changed does harm too, and the runs do not tell what.`;
      return `More than one part does damage (${pure}): ${conclusion.factors.map((key) => `${alone(key)}, ${without(key)}`).join('; ')}.`;
    }
    case 'interaction':
      return `They do more damage together than alone (${pure}): ${conclusion.factors.map((key) => `${alone(key)}, ${without(key)}`).join('; ')}.`;
    case 'undecided': {
      const choice = blocks.flatMap((block) => [...block]);
      const blocked = mixtures.cells.flatMap((cell) =>
        // Of an agent that answers by itself each is told by itself, as not decidable.
        cell.blocked === undefined ? [] : [own ? mixtureName(cell, words) : `${mixtureName(cell, words)}: ${cell.blocked}`],
      );
      return [
        `Not decided: the runs do not show which of ${named(choice)} caused it${budgetSpent ? ', and the budget allows no more runs' : ''}.`,
        ...(blocked.length === 0 ? [] : [`Combinations that could not run: ${blocked.join('; ')}.`]),
      ].join(' ');
    }
  }
}

function mixtureName({ mixture }: Cell, words: (key: string) => { readonly bare: string }): string {
  return mixture.length === 0 ? 'main, run now' : `main with the candidate's ${mixture.map((key) => words(key).bare).join(' and ')}`;
}

/** `the prompt, the tools and the model`. */
function named(block: Block): string {
  return listed(block.map((factor) => wordsOf(factor)));
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
