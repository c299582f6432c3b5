import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { Draft } from '../../contracts/draft.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { draftText } from '../../review/case-text.ts';
import { dedupe } from '../../review/dedupe.ts';
import { draftCase } from '../../review/draft.ts';
import { normalisedInputHash } from '../../review/normalise-input.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { loadCasesIfAny } from '../cases/load-cases.ts';
import { saveChanges } from '../cases/save-changes.ts';
import type { Session } from '../session.ts';
import { faultyFields } from './2-draft-cases.ts';
import { draftFile, readDrafts } from './draft-files.ts';
import { redactionKey } from './redaction-key.ts';

/** Where inputs that were made come from. */
export interface DraftedFrom {
  /** First word of a draft's id. */
  readonly word: string;
  /** The command that made them, and the report that holds what was seen on each. */
  readonly command: string;
  readonly report: string;
  readonly title: string;
  /** `near`: an input that is nearly one of a case or a draft is left out, as with traces; `equal`: only one that is the same. */
  readonly leaveOut: 'near' | 'equal';
}

/** Files that were written, and how many inputs a case or a draft stands for already. */
export interface DraftedInputs {
  readonly files: readonly string[];
  readonly known: number;
}

/**
 * Drafts a case of each input that was made, redacted, for a person to label. Neither what was seen there nor the policy's decision is in a draft: a
 * review is blind. Nothing that was written is written over.
 */
export function draftInputs({ config, agent, clock }: Session, inputs: readonly JsonObject[], from: DraftedFrom): DraftedInputs {
  const drafts = readDrafts(config.cases);
  const standing = [...loadCasesIfAny(config.cases, agent).map(({ input }) => input), ...drafts.map(({ input }) => input)];
  const pseudonyms = createPseudonyms(redactionKey(config.root));
  const options = {
    rules: agent.redaction ?? {},
    pseudonyms,
    today: clock.date().toISOString().slice(0, 10),
    faultyFields: (input: JsonObject) => faultyFields(agent, input),
    ...(agent.policy ? { policy: agent.policy } : {}),
  };
  const taken = new Set(drafts.map(({ id }) => id));
  const made = inputs.flatMap((input): Draft[] => {
    const id = `${from.word}-${normalisedInputHash(input).slice(0, 12)}`;
    if (taken.has(id)) return [];
    taken.add(id);
    const { traceId: _, ...draft } = draftCase({ traceId: id, input, userMessage: null, clusterSize: 1 }, options);
    const content = sha256(canonicalJson(draft.input));
    const imported = { kind: 'imported' as const, format: from.command, file: from.report, row: id, content };
    return [{ ...draft, id, imported, title: from.title }];
  });
  const known = new Set(standing.map(normalisedInputHash));
  const space = { ...(agent.policy ? { policy: agent.policy } : {}), ...(agent.boundaries ? { boundaries: agent.boundaries } : {}) };
  const items = [...standing.map((input) => ({ input, draft: undefined })), ...made.map((draft) => ({ input: draft.input, draft }))];
  const fresh =
    from.leaveOut === 'near'
      ? dedupe<{ readonly input: JsonObject; readonly draft: Draft | undefined }>(items, space).flatMap(({ kept }) => kept.draft ?? [])
      : made.filter(({ input }) => {
          const hash = normalisedInputHash(input);
          return !known.has(hash) && known.add(hash);
        });
  const changes = fresh.map((draft) => ({ file: draftFile(config.cases, draft.id), text: draftText(draft), from: null }));
  saveChanges(changes);
  return { files: changes.map(({ file }) => file), known: inputs.length - fresh.length };
}
