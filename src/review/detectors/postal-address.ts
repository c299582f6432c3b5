import { type Detector, type Match, matchesOf } from './detector.ts';

const name = String.raw`\p{L}[\p{L}\p{M}.'’-]{0,25}`;
const number = String.raw`\d{1,5}(?:[a-z]|[-/]\d{1,4}[a-z]?)?(?![\p{L}\p{N}])`;
const small = String.raw`(?:,? (?:apt|apartment|unit|suite|ste|flat|floor|fl|no|m|lok|кв|#|3º|[0-9]{1,2}[ºªo°])\.? ?[\p{L}\p{N}]{0,5})?`;
/** What may follow a street: a town, a region, a code; in either order. */
const town = String.raw`(?:,? (?:\d{4,6}(?:-\d{3})?(?: [A-Z]{2})?|\d{2}-\d{3}|\d{3} \d{2}|[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}) ${name}|,(?: ${name}){1,3}(?:(?:,| -)? [A-Za-z]{2,3})?,? (?:\d{5}(?:-\d{3,4})?|\d{4}|[A-Za-z]{1,2}\d{1,2}[A-Za-z]? ?\d[A-Za-z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\p{L}\p{N}]))?`;
const street = 'street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd';
const place =
  'Drive|Dr|Court|Ct|Terrace|Way|Crescent|Close|Parkway|Pkwy|Highway|Hwy|Row|Mews|Grove|Gardens|Circle|Square|Quay|Place|Pl|Loop|Trail|Path|Walk|Plaza|Pike';
/** "50 people on Main Street" is no number of a house. */
const linking = '(?!(?:on|in|at|from|to|near|of|and|for|people|is|was|were|the|a|an)[ ])';

const forms: readonly RegExp[] = [
  // 42 Maple Street, Springfield, IL 62704
  new RegExp(
    String.raw`(?<![\p{L}\p{N}.,-])(?<!(?:bus|line|tram|route|exit|gate|page|room|step|chapter|section) )\d{1,5}[a-z]?,? (?:${linking}${name} ){1,4}(?:${street})(?![\p{L}])\.?${small}${town}`,
    'giu',
  ),
  new RegExp(
    String.raw`(?<![\p{L}\p{N}.,-])\d{1,5}[A-Za-z]?,? (?:\p{Lu}[\p{L}\p{M}.'’-]{0,25} ){1,4}(?:${place})(?![\p{L}])\.?${small}${town}`,
    'gu',
  ),
  // Hauptstraße 17, 10827 Berlin
  new RegExp(
    String.raw`(?<![\p{L}\p{M}-])(?:\p{Lu}[\p{L}\p{M}.]{1,30} ){0,2}[\p{L}\p{M}-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gracht|plein|kade|gatan|vägen|gata|vej|gade|veien|gaten|katu|tie|utca|út)\.? ${number}${small}${town}`,
    'gu',
  ),
  // Am Alten Markt 3a, 14467 Potsdam
  /(?<![\p{L}\p{M}-])(?:\p{Lu}[\p{L}\p{M}.'’-]{1,25} ){1,4}\d{1,4}[a-z]?, \d{4,5} \p{Lu}[\p{L}\p{M}-]{2,25}/gu,
  // MG Road 44, Bengaluru 560001
  new RegExp(
    String.raw`(?<![\p{L}\p{M}-])(?:\p{Lu}[\p{L}\p{M}.'’-]{0,25} ){1,3}(?:Road|Street|Avenue|Lane|Marg|Nagar) \d{1,4}[a-z]?(?![\p{L}\p{N}])${town}`,
    'gu',
  ),
  // 8 rue des Lilas, 69003 Lyon
  new RegExp(
    String.raw`(?<![\p{L}\p{N}])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|quai|allée|cours|route|square) (?:${name} ?){1,5}${town}`,
    'giu',
  ),
  // Calle de Alcalá 45, Via Garibaldi 12, Rua Augusta 1500, ul. Długa 14/3
  new RegExp(
    String.raw`(?<![\p{L}])(?:calle|gran v[ií]a|c/|carrer|passeig|avinguda|avenida|av\.|avda\.|plaza|paseo|carrera|camino|via|viale|piazza|corso|largo|vicolo|rua|praça|travessa|alameda|estrada|ul\.|ulica|al\.|aleja|os\.|ул\.|улица|пр\.|проспект|вул\.|вулиця|jl\.|jalan|οδός|leoforos|strada|str\.|bulevardul|cad\.|sok\.) ?(?:${name},? ){0,5}${name},? (?:n[°º.]? ?|no\.? ?|nr\.? ?|д\.? ?|буд\.? ?|num\.? ?)?${number}${small}${town}`,
    'giu',
  ),
  // Atatürk Caddesi No: 12
  new RegExp(String.raw`(?<![\p{L}])(?:${name} ){1,3}(?:caddesi|sokak|sokağı|mahallesi|bulvarı)(?:,? no:?)? ?${number}${town}`, 'giu'),
  new RegExp(
    String.raw`(?<![\p{L}])(?:p\.? ?o\.? ?box|postfach|apartado(?: de correos)?|boîte postale|caixa postal|casella postale) \d{1,7}${town}`,
    'giu',
  ),
  /(?:〒?\d{3}-\d{4} ?)?\p{Script=Han}{2,4}[都道府県]\p{Script=Han}{1,8}[市区郡町村](?:[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}ー]{0,12})(?:\d{1,3}(?:丁目|番地?|号|-)?){1,4}/gu,
  /(?:\p{Script=Han}{2,8}(?:省|市|自治区)){0,2}\p{Script=Han}{1,8}[区區县縣市]\p{Script=Han}{1,12}[路街巷道弄段]\d{1,5}[号號弄](?:\d{1,4}[栋楼室号])*/gu,
  /[가-힣]{1,8}(?:특별시|광역시|시|도) [가-힣]{1,6}[구군시](?: [가-힣]{1,6}[읍면동구])? [가-힣0-9]{1,10}[로길] ?\d{1,4}(?:-\d{1,4})?/gu,
];

/** Streets with a house number, and what follows of a town and its code; post-office boxes. A street or a town alone is none. */
export const postalAddress: Detector = {
  kind: 'address',
  hasDigits: true,
  fieldName:
    /^(?:(?:home|postal|mailing|billing|delivery|shipping|residential|street|current|permanent|applicant|customer|client|property)_)*(?:address(?:_line)?(?:_?[12])?|street)$/,
  find: (text) => forms.flatMap((form): Match[] => matchesOf(text, form)).map((match) => withoutGap(text, match)),
};

function withoutGap(text: string, { start, end }: Match): Match {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}
