import { type Match, matchesOf } from '../detectors/detector.ts';
import { nameLists } from './name-lists.ts';

/** A word of a script that has no capitals and puts spaces between words. */
const caseless =
  '[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Gujarati}\\p{Script=Gurmukhi}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Thai}\\p{Script=Georgian}\\p{Script=Ethiopic}]';
const word = `${caseless}[${caseless.slice(1, -1)}\\p{M}\\u200c]{1,30}`;
const known = new RegExp(`(?<![\\p{L}\\p{M}])${word}`, 'gu');
const announced = new RegExp(
  `(?:اسمي|نام من|العميلة?|السيدة?|الأستاذة?|मेरा नाम|श्री|श्रीमती|আমার নাম|என் பெயர்|ผมชื่อ|ฉันชื่อ|ดิฉันชื่อ|คุณ|ჩემი სახელია|שמי|קוראים לי|מר|גברת)[ :]{0,2}(?<found>${word}(?: ${word})?)`,
  'gu',
);

const han = '\\p{Script=Han}';
const chineseAfter = new RegExp(
  `(?:客户|客戶|用户|申请人|申請人|我叫|我是|姓名[::]?|联系人|收件人|投保人|被保险人)[:: ]{0,2}(?<found>${han}{2,4})`,
  'gu',
);
const chineseBefore = new RegExp(`(?<found>${han}{1,4})(?:先生|女士|小姐|太太)`, 'gu');
/** Before what a person does; a name stands at the beginning. */
const chineseDoing = new RegExp(
  `(?<!${han})(?<found>${han}{2,3}?)(?=申请|要求|想|投诉|购买|来电|预订|希望|需要|的(?:贷款|订单|账户|理赔|信用卡))`,
  'gu',
);
/** Family names that only people have, in Devanagari, which the lists lack. */
const indianFamily =
  'शर्मा|वर्मा|सिंह|कुमार|कुमारी|गुप्ता|यादव|पटेल|मिश्रा|पांडे|तिवारी|चौहान|जोशी|मेहता|अग्रवाल|खान|देवी|नायर|रेड्डी|अय्यर|मुखर्जी|बनर्जी|चटर्जी|घोष|राव';
const indian = new RegExp(`(?<![\\p{L}\\p{M}])(?<found>${word} (?:${indianFamily}))(?![\\p{L}\\p{M}])`, 'gu');
const servant = new RegExp(`(?<![\\p{L}\\p{M}])(?<found>عبد ال${word}(?: ال${word})?)`, 'gu');

const japaneseBefore = new RegExp(
  `(?<found>(?:${han}|\\p{Script=Katakana}|\\p{Script=Hiragana}|ー){2,10}?)(?:様|さん|氏)(?=[はがのをにとよ、。\\s,]|$)`,
  'gu',
);
const korean =
  /(?:고객|신청인|회원|성함은?|이름은?|제 이름은)[ ::]{0,3}(?<found>\p{Script=Hangul}{2,4}?)(?:님|씨|입니다|이에요|[^\p{L}]|$)|(?<![\p{L}])(?<named>\p{Script=Hangul}{3})(?= ?(?:님|씨))/gu;

/** Names in scripts without capitals: by lists where words are spaced, by what announces or addresses a person where they are not. */
export function namesInScripts(text: string): Match[] {
  if (!/[\u0590-\u{323AF}]/u.test(text)) return [];
  return [
    ...matchesOf(text, announced),
    ...matchesOf(text, indian),
    ...matchesOf(text, servant),
    ...matchesOf(text, chineseDoing).flatMap((match) => chineseName(text, match)),
    ...matchesOf(text, known).flatMap((match) => knownName(text, match)),
    ...matchesOf(text, chineseAfter).flatMap((match) => chineseName(text, match)),
    ...matchesOf(text, chineseBefore).flatMap((match) => lastName(text, match)),
    ...matchesOf(text, japaneseBefore),
    ...matchesOf(text, korean).filter(({ start, end }) => end - start >= 2),
  ];
}

/** A given name of the lists, with the family name that follows it. */
function knownName(text: string, { start, end }: Match): Match[] {
  const { given, family, places } = nameLists();
  const written = text.slice(start, end);
  if (written.length < 3 || !given.has(written) || places.has(written)) return [];
  // The second half of a town's name, also with a preposition written to the first.
  const word =
    text
      .slice(Math.max(0, start - 12), start)
      .trimEnd()
      .split(/\s/)
      .at(-1) ?? '';
  if (places.has(`${word} ${written}`) || places.has(`${word.slice(1)} ${written}`)) return [];
  const following = new RegExp(` (${word})`, 'uy');
  following.lastIndex = end;
  const next = following.exec(text)?.[1];
  return [{ start, end: next !== undefined && (family.has(next) || given.has(next) || /^ال/.test(next)) ? end + 1 + next.length : end }];
}

/** After an announcing word: a family name of one or two characters, and a given name of one or two. */
function chineseName(text: string, { start, end }: Match): Match[] {
  const run = text.slice(start, end);
  const family = familyLength(run);
  if (family === 0 || /^(?:申请|要求|投诉|购买|来电|希望|需要|预订)/.test(run)) return [];
  const length = Math.min(run.length, family + 2);
  // A third character often is the next word already, where it is no common end of a name.
  return [{ start, end: start + (length === family + 2 && /[申想要说问在的是有和]$/u.test(run.slice(0, length)) ? length - 1 : length) }];
}

/** Before a form of address: the shortest end of the run that begins with a family name. */
function lastName(text: string, { start, end }: Match): Match[] {
  for (let from = Math.max(start, end - 4); from < end; from += 1) {
    const length = familyLength(text.slice(from, end));
    if (length > 0 && end - from <= length + 2) return [{ start: from, end }];
  }
  return [];
}

function familyLength(run: string): number {
  const { family } = nameLists();
  return run.length > 2 && family.has(run.slice(0, 2)) ? 2 : family.has(run.slice(0, 1)) ? 1 : 0;
}
