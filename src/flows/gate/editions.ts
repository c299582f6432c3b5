import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { startedIn } from '../../contracts/started-in.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import {
  afterEdition,
  type Edited,
  type EditionEnd,
  type EditionRecord,
  editionRecordSchema,
  isSameChange,
  joined,
} from '../../gate/edition-record.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';
import { gitPaths, tryGit } from '../git.ts';
import type { GateContext } from './gate-context.ts';
import { noPass } from './no-pass.ts';

/** Names a file outside of the checkout that holds what a pull request's comment remembers. */
export const editionsVariable = 'DOCKET_EDITIONS';
/** Below a project's root. */
const place = ['.docket', 'editions.json'] as const;
const mostBytes = 1024 * 1024;
/** Branches that are remembered; the oldest are forgotten. */
const mostBranches = 200;

const fileSchema = z.strictObject({
  format: z.literal(1),
  records: z.array(editionRecordSchema).max(mostBranches),
  seal: z.string().max(200),
});

/** What loading and saving need to know. */
export interface EditionContext {
  readonly config: Pick<GateContext['config'], 'root'>;
  readonly mainConfig: { readonly agent: Pick<GateContext['mainConfig']['agent'], 'name'> };
  readonly mode: GateContext['mode'];
  readonly request: Pick<GateContext['request'], 'environment'>;
}
interface SavingContext extends Pick<EditionContext, 'config'> {
  readonly candidate: { readonly identity: Pick<GateContext['candidate']['identity'], 'fingerprint'> };
}

/** What earlier editions of this head branch are accused of. */
export interface Editions {
  readonly record: EditionRecord;
  /** Why a record that is there cannot be used, one sentence each. */
  readonly faults: readonly string[];
  /** True when there is a record and none that can be used: what it held is not known. */
  readonly isLost: boolean;
}

/**
 * Reads what is remembered of this head branch: `.docket/editions.json`, and what `DOCKET_EDITIONS` names. A file that git tracks, that is not sealed by
 * what it holds or is no record at all is not used, and said.
 */
export async function loadEditions(context: EditionContext, signer: TrialSigner | undefined): Promise<Editions> {
  const { config, request } = context;
  const edited = await editedBy(context);
  const faults: string[] = [];
  let record: EditionRecord | undefined;
  const tracked = await gitPaths(config.root, '\0', 'ls-files', '-z', '--', `:(icase)${place.join('/')}`);
  const named = (request.environment ?? process.env)[editionsVariable];
  const texts = [
    tracked.length > 0 ? { fault: 'is not used: git tracks it, so whoever writes a change could also write this' } : ownText(config.root),
    named === undefined || named === '' ? undefined : namedText(named),
  ];
  for (const [index, text] of texts.entries()) {
    const origin = index === 0 ? place.join('/') : "the pull request's comment";
    const read = text === undefined || 'fault' in text ? text : recordsIn(text.text, signer);
    if (read === undefined) continue;
    if ('fault' in read) {
      faults.push(`${origin} ${read.fault}${read.fault.endsWith('.') ? '' : '.'}`);
      continue;
    }
    const own = read.records.find((each) => isSameChange(each, edited)) ?? { ...edited, cases: [] };
    record = record ? joined(record, own) : own;
  }
  return { record: record ?? { ...edited, cases: [] }, faults, isLost: faults.length > 0 && record === undefined };
}

async function editedBy({ config, mainConfig, mode, request }: EditionContext): Promise<Edited> {
  const head = (request.environment ?? process.env).GITHUB_HEAD_REF;
  const branch = head || (await tryGit(config.root, 'symbolic-ref', '--quiet', '--short', 'HEAD')) || 'no branch';
  return { agent: mainConfig.agent.name, mode, branch: branch.slice(0, 512) };
}

type Text = { readonly text: string } | { readonly fault: string } | undefined;

function ownText(root: string): Text {
  const read = readCheckoutFile(join(root, ...place), repositoryAround(root), mostBytes);
  return 'fault' in read && read.missing ? undefined : read;
}

/** Whoever starts the gate names it; it is no file of the checkout. */
function namedText(named: string): Text {
  const path = resolve(startedIn, named);
  try {
    return statSync(path).size > mostBytes ? { fault: 'is not read: it is too large' } : { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { fault: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

function recordsIn(
  text: string,
  signer: TrialSigner | undefined,
): { readonly records: readonly EditionRecord[] } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'is not used: it is not JSON' };
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return { fault: 'is not used: it is no record of editions' };
  if (sealOf(parsed.data.records, signer) !== parsed.data.seal)
    return { fault: `is not used: it was changed after Docket wrote it${signer ? ", or written without this store's secret" : ''}` };
  return parsed.data;
}

/** With the store's secret a signature, which nobody else can make; without it a checksum, which tells damage and edits by hand. */
function sealOf(records: readonly EditionRecord[], signer: TrialSigner | undefined): string {
  const text = JSON.stringify(records);
  return signer ? signer.signText('editions', text) : createHash('sha256').update(text).digest('hex');
}

/** What a verdict leaves for the next edition: undefined where it says nothing of the cases, and what is remembered stays. */
export type Accused = EditionEnd | undefined;

/**
 * Remembers what this edition is accused of, in `.docket/editions.json`. A lost record is never written over: it must not come back empty.
 * @returns why it could not be written
 */
export function saveEditions(
  { config, candidate }: SavingContext,
  { record, isLost }: Editions,
  accused: Accused,
  signer: TrialSigner | undefined,
): string | undefined {
  if (isLost) return undefined;
  const next = accused ? afterEdition(record, candidate.identity.fingerprint, accused) : record;
  const text = ownText(config.root);
  if (text === undefined && next.cases.length === 0 && record.cases.length === 0) return undefined;
  const read = text === undefined || 'fault' in text ? undefined : recordsIn(text.text, signer);
  const others = read && 'records' in read ? read.records.filter((each) => !isSameChange(each, record)) : [];
  const records = [...(next.cases.length > 0 ? [next] : []), ...others].slice(0, mostBranches);
  const sealed = JSON.stringify({ format: 1, records, seal: sealOf(records, signer) });
  return writeCheckoutFile(join(config.root, ...place), repositoryAround(config.root), [sealed])?.fault;
}

/** Says what was remembered. Where a record is lost, a pass may be another roll of the dice, and is none. */
export function underEditions(
  verdict: Verdict,
  { faults, isLost }: Editions,
  recalled: readonly string[],
  unsaved: string | undefined,
): Verdict {
  const notices = [
    ...recalled.map((caseId) => ({
      kind: 'earlier-edition' as const,
      caseId,
      message: 'An earlier edition of this change was accused of it, so it was run first, until its runs cleared or convicted it.',
    })),
    ...faults.map((fault) => ({
      kind: 'earlier-edition' as const,
      message: `What earlier editions of this change were accused of is not used. ${fault}`,
    })),
    ...(unsaved === undefined
      ? []
      : [
          {
            kind: 'earlier-edition' as const,
            message: `What this edition is accused of could not be kept: .docket/editions.json ${unsaved}.`,
          },
        ]),
  ];
  const told = { ...verdict, notices: [...verdict.notices, ...notices] };
  if (!isLost) return told;
  const reason = `The runs pass, but what earlier editions of this change were accused of cannot be read, so this may be another roll of the dice. ${faults.join(' ')} Somebody who may write to the repository removes the record (the file, and in a pull request Docket's comment) and runs the gate again.`;
  return noPass(told, { cause: 'not-cleared', reason });
}
