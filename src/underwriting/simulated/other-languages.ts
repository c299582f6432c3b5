/** The words of an underwriter's prompt in another language, each with the English ones; several words go before one. */
type Words = Readonly<Record<string, string>>;

const german: Words = {
  'nur(?: dann)?,? wenn': 'only if',
  'nach (?:dem|diesem|einschließlich des) (?:neuen )?kredits?|mit dem (?:neuen )?kredit|einschließlich des kredits': 'post-loan',
  'genehmig\\p{L}*|bewillig\\p{L}*': 'approve',
  'ablehn\\p{L}*|abgelehnt\\p{L}*|lehne?': 'deny',
  'höchstens|nicht (?:höher|größer|mehr) als|kleiner oder gleich|nicht über': 'at most',
  'übersteig\\p{L}*|überschreite\\p{L}*|über': 'exceeds',
  'maximal\\p{L}*|höchst\\p{L}+|obergrenze|grenze|höchstwert': 'maximum',
  'schuldenquote|verschuldungsgrad': 'dti',
  'bonitätsstufe|stufe|klasse': 'tier',
  'werkzeug\\p{L}*': 'tools',
  'alle|sämtliche': 'all',
  'jede[rsn]?': 'every',
  'ruf\\p{L}*|verwende\\p{L}*|nutze\\p{L}*|benutze\\p{L}*': 'call',
  'bevor|zuvor|vorher': 'before',
  'entscheide\\p{L}*|entscheidung': 'decide',
  'schätz\\p{L}*': 'estimate',
  'keine?[nrsm]?': 'no',
  nicht: 'not',
  'nie|niemals': 'never',
  'übernimm|nimm|übernehmen|entnehmen': 'take',
  'monatsrate|monatliche rate|rate|zahlung': 'payment',
  'beantragt\\p{L}*|neue[nrs]?|gewünscht\\p{L}*': 'proposed',
  'bestehend\\p{L}*|vorhanden\\p{L}*': 'existing',
  'schulden|verbindlichkeiten': 'debts',
  'kredits?|kredite|darlehens?': 'loan',
  'jahren?|jährig\\p{L}*': 'years',
  'erfind\\p{L}*': 'invent',
  'regeln?|kriterien|vorgaben': 'rules',
  'begründung(?:en)?': 'reasoning',
  'übereinstimm\\p{L}*|im einklang|entspr(?:ech|ich)\\p{L}*|widerspruchsfrei': 'agree',
  'strukturiert\\p{L}*': 'structured',
  'feldern?|felder': 'fields',
  'geschrieben|steht': 'written',
  nur: 'only',
  wenn: 'if',
  oder: 'or',
  und: 'and',
};

const spanish: Words = {
  '(?:solo|sólo|únicamente) si': 'only if',
  '(?:después|tras|con|incluido) (?:del|de el|el) (?:nuevo )?préstamo': 'post-loan',
  'aprueb\\p{L}*|aprob\\p{L}*|concede\\p{L}*': 'approve',
  'denieg\\p{L}*|deneg\\p{L}*|rechaz\\p{L}*': 'deny',
  'igual o inferior|inferior o igual|menor o igual|como máximo|a lo sumo|no (?:super|exced)\\p{L}*': 'at or below',
  '(?:super|exced)\\p{L}*': 'exceeds',
  'máxim[oa]s?|límite|tope': 'maximum',
  'nivel|categoría|tramo': 'tier',
  'herramientas?': 'tools',
  'tod[oa]s': 'all',
  cada: 'every',
  'llam\\p{L}*|us[ae]\\p{L}*|utili[cz]\\p{L}*|ejecut\\p{L}*|consult\\p{L}*': 'call',
  antes: 'before',
  'decid\\p{L}*|decisión': 'decide',
  'estim\\p{L}*': 'estimate',
  nunca: 'never',
  'tom\\p{L}*|copi\\p{L}*': 'take',
  'pago|cuota': 'payment',
  'solicitad[oa]|propuest[oa]|nuev[oa]': 'proposed',
  'deudas? (?:existentes?|actual(?:es)?)': 'existing debt',
  'préstamos?': 'loan',
  años: 'years',
  'invent\\p{L}*': 'invent',
  'reglas|criterios': 'rules',
  'razonamiento|justificación|explicación': 'reasoning',
  'coincid\\p{L}*|concord\\p{L}*|concuerd\\p{L}*': 'agree',
  'estructurad[oa]s?': 'structured',
  campos: 'fields',
  'escrit[oa]s?': 'written',
  'ningun[oa]?': 'no',
  si: 'if',
  o: 'or',
  y: 'and',
};

const french: Words = {
  "n'approuvez que si|n'approuver que si|approuve[rz]? (?:uniquement|seulement) si": 'approve only if',
  '(?:après|avec|incluant) (?:le )?(?:nouveau )?prêt': 'post-loan',
  'approuv\\p{L}*|accept\\p{L}*': 'approve',
  'refus\\p{L}*|rejet\\p{L}*': 'deny',
  'inférieur ou égal|au plus|ne dépass\\p{L}* pas|égal ou inférieur': 'at or below',
  'dépass\\p{L}*|supérieure?|excèd\\p{L}*': 'exceeds',
  'maxima(?:l|le|ux)?|plafond|limite': 'maximum',
  'palier|niveau|tranche|catégorie': 'tier',
  'outils?': 'tools',
  'tous|toutes': 'all',
  chaque: 'every',
  'appel\\p{L}*|utilis\\p{L}*|consult\\p{L}*': 'call',
  avant: 'before',
  'décid\\p{L}*|décision': 'decide',
  'estim\\p{L}*': 'estimate',
  jamais: 'never',
  "pas|n'": 'not',
  'pren\\p{L}*|copi\\p{L}*|repren\\p{L}*': 'take',
  'mensualité|paiement': 'payment',
  'demandé|proposé|nouveau': 'proposed',
  'dettes? (?:existantes?|actuelles?|en cours)': 'existing debt',
  'prêts?': 'loan',
  'ans|années': 'years',
  'invent\\p{L}*': 'invent',
  'aucune?': 'no',
  'règles?|critères?': 'rules',
  'raisonnement|justification|explication': 'reasoning',
  'concord\\p{L}*|correspond\\p{L}*|cohérente?': 'agree',
  'structurés?': 'structured',
  champs: 'fields',
  'écrite?s?': 'written',
  'seule?(?:ment)?': 'only',
  si: 'if',
  ou: 'or',
  et: 'and',
};

/** What a language is known by: words that English has not. */
const languages: readonly { readonly known: RegExp; readonly words: Words }[] = [
  { known: /(?<!\p{L})(?:der|die|das|nicht|wenn|und|kredits?|regeln?)(?!\p{L})/gu, words: german },
  { known: /(?<!\p{L})(?:el|los|las|del|préstamos?|reglas|debe|una)(?!\p{L})/gu, words: spanish },
  { known: /(?<!\p{L})(?:le|les|des|prêts?|règles?|vous|est|une)(?!\p{L})/gu, words: french },
];

/** So many words of a language make a text one of it. */
const fewest = 4;

/** A lower-case text with the words that matter in English, where it is German, Spanish or French; as it is where it is not. */
export function inEnglish(text: string): string {
  const [best] = languages
    .map(({ known, words }) => ({ words, count: text.match(known)?.length ?? 0 }))
    .filter(({ count }) => count >= fewest)
    .sort((one, other) => other.count - one.count);
  if (!best) return text;
  const pairs = Object.entries(best.words);
  const all = new RegExp(`(?<!\\p{L})(?:${pairs.map(([word]) => `(${word})`).join('|')})(?!\\p{L})`, 'gu');
  return text.replaceAll(
    all,
    (found, ...groups) => pairs[groups.slice(0, pairs.length).findIndex((group) => group !== undefined)]?.[1] ?? found,
  );
}
