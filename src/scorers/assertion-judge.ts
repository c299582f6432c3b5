import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isModelGraded } from '../contracts/assertion-type.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { JudgeIdentity } from '../contracts/scorer.ts';

/** Share of wrong answers that a model-graded assertion may pass, by its upper 95 % bound. */
const maxFalsePass = 0.1;

/** A model-graded assertion is a judge like any other: it informs until it was held against labels of people. */
export function judgeOfAssertion(settings: JsonObject, hard: boolean): { readonly judge?: JudgeIdentity } {
  if (typeof settings.type !== 'string' || !isModelGraded(settings.type)) return {};
  const { provider, ...rubric } = settings;
  return { judge: { model: modelOf(provider), rubric: sha256(canonicalJson([rubric, ...filesOf(settings)])), maxFalsePass, hard } };
}

/** Hashes of the files that rubric or grader are read from: their text judges, and not their name. */
function filesOf(settings: JsonObject): string[] {
  const named = JSON.stringify(settings).match(/(?<=")file:\/\/\/[^"]+/g) ?? [];
  return [...new Set(named)].map((address) => {
    // `file:///check.py:name` is a function of the file.
    const file = [address, address.replace(/:\w+$/, '')].map((each) => fileURLToPath(each)).find((each) => existsSync(each));
    return file === undefined ? 'missing' : sha256(readFileSync(file, 'utf8'));
  });
}

/** Whoever has a key where promptfoo runs: another model on another machine. */
export const unnamedGrader = "promptfoo's default grader";

/** Whom promptfoo asks. What stands behind a name of a vendor's may change; who answered is not told. */
function modelOf(provider: JsonObject[string] | undefined): string {
  if (provider === undefined) return unnamedGrader;
  return typeof provider === 'string' ? provider : canonicalJson(provider);
}
