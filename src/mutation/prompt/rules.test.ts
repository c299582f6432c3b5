import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MutationPlace } from '../../agent/mutator.ts';
import type { Version } from '../../agent/version.ts';
import { mutators } from '../mutators.ts';
import { rulesIn, withoutRule, withWords } from './rules.ts';

const texts = (prompt: string) => rulesIn(prompt).map(({ text }) => text);

describe('the rules of a prompt', () => {
  it.each<readonly [what: string, prompt: string, rules: readonly string[]]>([
    ['a numbered list', 'You decide.\n\n1. Call all tools.\n2. Be brief.\n', ['Call all tools.', 'Be brief.']],
    ['bullets of several kinds, nested', '* One.\n  - Two.\n• Three.\n+ Four.', ['One.', 'Two.', 'Three.', 'Four.']],
    ['an item over several lines', '- Approve only\n  below the cap.\n- Deny else.', ['Approve only\n  below the cap.', 'Deny else.']],
    ['an item that a heading ends', '- One.\n## More\nText.\n- Two.', ['One.', 'Two.']],
    ['nothing of a fenced block', '- One.\n```\n- no rule\n```\n- Two.', ['One.', 'Two.']],
    [
      'sentences where there is no list',
      'You decide. Use 3.5 % at most! Be "brief."  Never guess.',
      ['You decide.', 'Use 3.5 % at most!', 'Be "brief."', 'Never guess.'],
    ],
    [
      'sentences of paragraphs, without headings',
      '# Rules\nOne line\nand another. Then this.\n\nNew.',
      ['One line\nand another.', 'Then this.', 'New.'],
    ],
    ['lines of Windows', '1) One.\r\n2) Two.\r\n', ['One.', 'Two.']],
    ['no dash within a line', 'A rule - with a dash. 2024. was good.', ['A rule - with a dash.', 'was good.']],
    ['other letters', '- Löhne zählen.\n- 只批准。', ['Löhne zählen.', '只批准。']],
    ['nothing at all', '', []],
  ])('%s', (_, prompt, rules) => {
    expect(texts(prompt)).toEqual(rules);
  });
});

const word = fc.stringMatching(/^[a-z]{2,8}$/);
const sentence = fc.array(word, { minLength: 2, maxLength: 8 }).map((words) => {
  const text = words.join(' ');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
});
const marked = fc.record({
  rules: fc.uniqueArray(sentence, { minLength: 2, maxLength: 8 }),
  mark: fc.constantFrom('- ', '* ', '1. ', '  3) '),
  before: fc.constantFrom('', 'You decide.\n\n', '# Rules\n\n', '```\n- none\n```\n\n'),
  after: fc.constantFrom('', '\n', '\n\nThat is all.\n', '\n## End'),
});
const listed = marked.map(({ rules, mark, before, after }) => ({
  rules,
  prompt: `${before}${rules.map((rule) => `${mark}${rule}`).join('\n')}${after}`,
}));
const told = fc.uniqueArray(sentence, { minLength: 2, maxLength: 8 }).map((rules) => ({ rules, prompt: rules.join(' ') }));
const anyPrompt = fc.oneof(listed, told);

function placeOf(prompt: string): MutationPlace {
  return { version: { prompt: { name: 'p', text: prompt } } as Version, inputs: [], toolResults: new Map() } as unknown as MutationPlace;
}
const promptMutators = mutators.filter(({ family }) => family === 'prompt');
const mutantsOf = (name: string, prompt: string) =>
  (promptMutators.find((each) => each.name === name)?.plant(placeOf(prompt)) ?? []).map(({ version }) => version?.prompt.text ?? '');

describe('changing one rule', () => {
  it('is found again, and taken out or reworded without touching another', () => {
    fc.assert(
      fc.property(anyPrompt, fc.nat(), ({ rules, prompt }, choice) => {
        const found = rulesIn(prompt);
        expect(found.map(({ text }) => text)).toEqual(rules);
        const index = choice % found.length;
        const rule = found[index];
        if (!rule) throw new Error('no rule');
        const others = rules.filter((_, at) => at !== index);
        expect(texts(withoutRule(prompt, rule))).toEqual(others);
        expect(texts(withWords(prompt, rule, 'Something else.'))).toEqual(
          rules.map((text, at) => (at === index ? 'Something else.' : text)),
        );
      }),
    );
  });

  it.each(['drop-rule', 'weaken-rule', 'contradict-rule', 'condition-rule', 'counter-example'])(
    '%s makes one mutant a rule, each another prompt, with all other rules in their words and their order',
    (name) => {
      fc.assert(
        fc.property(anyPrompt, ({ rules, prompt }) => {
          const changed = mutantsOf(name, prompt);
          expect(changed).toHaveLength(rules.length);
          expect(new Set([...changed, prompt]).size).toBe(rules.length + 1);
          for (const [index, text] of changed.entries()) {
            const kept = name === 'counter-example' ? rules : rules.filter((_, at) => at !== index);
            let from = 0;
            for (const rule of kept) {
              const at = text.indexOf(rule, from);
              expect(at, `"${rule}" in ${text}`).toBeGreaterThanOrEqual(0);
              from = at + rule.length;
            }
            if (name === 'drop-rule') expect(texts(text)).not.toContain(rules[index]);
          }
        }),
      );
    },
  );

  it('turns the order round and keeps every rule', () => {
    fc.assert(
      fc.property(listed, ({ rules, prompt }) => {
        const [reversed = ''] = mutantsOf('reorder-rules', prompt);
        expect(texts(reversed)).toEqual(rules.toReversed());
      }),
    );
  });

  it('adds rules behind the prompt as it was', () => {
    fc.assert(
      fc.property(anyPrompt, ({ prompt }) => {
        const added = mutantsOf('add-rule', prompt);
        expect(added.length).toBeGreaterThan(2);
        for (const text of added) expect(text.startsWith(prompt.trimEnd())).toBe(true);
      }),
    );
  });

  it('translates known words and no others, and has no place in a prompt without any', () => {
    expect(mutantsOf('translate', 'Use all tools. calc_all is one.')).toEqual(['benutze alle Werkzeuge. calc_all ist one.']);
    expect(mutantsOf('translate', 'Approve loans.')).toEqual([]);
  });

  it('has no place in an empty prompt', () => {
    for (const name of ['drop-rule', 'weaken-rule', 'reorder-rules', 'translate']) expect(mutantsOf(name, '')).toEqual([]);
  });
});
