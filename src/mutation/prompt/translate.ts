import { promptMutator } from './prompt-mutator.ts';

/** Words of instructions, each with its German one. */
const glossary = new Map(
  `a:ein all:alle always:immer an:ein and:und answer:antworte any:jeder are:sind as:wie at:bei before:vor below:unter but:aber by:durch call:rufe decide:entscheide decides:entscheidet do:tue every:jeder follow:befolge for:für from:von gives:gibt here:hier if:wenn is:ist it:es make:triff must:muss never:nie no:keine not:nicht nothing:nichts of:von on:auf only:nur or:oder rule:Regel rules:Regeln take:nimm than:als the:der these:diese this:dies to:zu tool:Werkzeug tools:Werkzeuge use:benutze what:was when:wenn with:mit you:du your:dein`
    .split(/\s+/)
    .map((pair) => pair.split(':') as [string, string]),
);

/** Puts the commonest words of the prompt into German, word by word. That is no translation: it is what is left of one done badly. */
export const translate = promptMutator('translate', import.meta.url, (prompt) => [
  {
    what: 'its commonest words in German',
    text: prompt.replace(/(?<![\p{L}\d_])\p{L}+(?![\p{L}\d_])/gu, (word) => glossary.get(word.toLowerCase()) ?? word),
  },
]);
