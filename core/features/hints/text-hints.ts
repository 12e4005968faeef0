/** The hints that a text gives by itself: its form, and words that tables and the notes around them have. */

import { hintBits } from "./hint-bits.ts";

const YEAR = hintBits("year");
const PERIOD_WORD = hintBits("period_word");
const PERCENT = hintBits("percent");
const CURRENCY = hintBits("currency");
const NEGATIVE = hintBits("negative");
const ENDS_WITH_COLON = hintBits("ends_with_colon");
const SENTENCE = hintBits("sentence");
const ALL_CAPITALS = hintBits("all_capitals");
const BEGINS_LOWER_CASE = hintBits("begins_lower_case");
const BEGINS_WITH_DIGIT = hintBits("begins_with_digit");
const BEGINS_WITH_MARK = hintBits("begins_with_mark");
const ENDS_WITH_BRACKET = hintBits("ends_with_bracket");
const TOTAL_WORD = hintBits("total_word");
const NOTE_WORD = hintBits("note_word");
const CAPTION_WORD = hintBits("caption_word");
const HEADING_WORD = hintBits("heading_word");
const SINGLE_WORD = hintBits("single_word");
const ADDRESS = hintBits("address");

/** Longer texts are judged by their beginning and their end. */
const LONGEST = 160;
/** A text with at least this many blanks between words reads as a sentence. */
const SENTENCE_BLANKS = 7;
/** One that ends with a full stop is a sentence from this many blanks on. */
const STOPPED_SENTENCE_BLANKS = 3;

/**
 * "2019", "2019/20", "1999-2000", "FY 2021", "2010 1/", "2020*": a year with a mark of a footnote or
 * without.
 */
const YEAR_TEXT =
  /^(?:fy|cy|year|jahr|año|année|ano|anno)?\s?'?(?:1[789]|20|21)\d\d(?:\s?[-–/]\s?(?:\d\d){1,2})?(?:\s?[a-z*†)]|\s\d{1,2}[/)]?|\s?\\\d{1,2}|年度?)?$/i;
/** Months, weekdays, quarters and halves in the languages of the word lists below. */
const PERIOD = new RegExp(
  `^(?:${[
    "(?:q|qtr|quarter|quartal|trim(?:estre)?|t|h|hy|week|wk|kw|day|month|monat|mois|mes) ?[1-9]\\d?",
    "[1-4](?:st|nd|rd|th)? ?(?:q|qtr|quarter|half)",
    "jan(?:uary|uar|vier|uari)?|feb(?:ruary|ruar|braio|rero)?|fév(?:rier)?|mar(?:ch|s|zo)?|märz|apr(?:il|ile)?|abril|avril|may|mai|mayo|maggio",
    "june?|juni|juin|junio|giugno|july?|juli|juillet|julio|luglio|aug(?:ust)?|août|agosto",
    "sept?(?:ember|embre)?|septiembre|o[ck]t(?:ober|obre)?|octubre|ottobre|nov(?:ember|embre)?|noviembre|de[cz](?:ember|embre)?|diciembre|dicembre",
    "mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?",
  ].join("|")})\\b\\.?(?:[ \\-/'](?:\\d\\d){1,2})?$|^\\d{1,2}月$`,
  "i",
);
const PERCENT_TEXT = /%/;
const CURRENCY_TEXT = /[$€£¥₹]|\b(?:usd|eur|gbp|chf|jpy|cny|inr|aud|cad|brl|zar)\b/i;
const NEGATIVE_TEXT = /^[-−(]\s?[$€£¥]?[\d.,]+/;
const MARK_START = /^(?:[*†‡§#•·○●►▪–—-]|[([]\w{1,3}[)\]]|[¹²³⁰-⁹]|\d{1,2}\/|\\\d)/;
const BRACKET_END = /(?:\([^()]{1,40}\)|\[[^[\]]{1,40}\])\s*[:*]?$/;
const ADDRESS_TEXT = /https?:\/\/|www\.|\w@\w+\.\w/i;
const SMALL_LETTER = /\p{Ll}/u;
const TWO_CAPITALS = /\p{Lu}[^\p{Lu}]*\p{Lu}/u;
const LOWER_START = /^\p{Ll}/u;
const DIGIT_START = /^\d/;

const TOTAL = new RegExp(
  `(?:^|[\\s(])(?:${[
    "(?:sub|grand )?-?totals?|sum|subtotal|all|average|mean|median|balance|net|gross|overall",
    "gesamt(?:summe)?|summe|insgesamt|zwischensumme|mittelwert|durchschnitt",
    "tot(?:al|aux|ale|ali|ales|aal|alt)|sous-total|somme|ensemble|moyenne|suma|promedio|média|media|soma|somma|gemiddelde|razem|ogółem|toplam",
  ].join("|")})(?=$|[\\s):,.])|[总總小]?[合总總小][计計额]|合計|總計|итого|всего`,
  "i",
);
const NOTE = new RegExp(
  `^(?:${[
    "(?:foot)?notes?|sources?|see|for (?:more|further)|copyright|©|disclaimer|comments?|remarks?|contact|prepared by|last updated?|updated|release(?:d)?|published|data (?:source|are|is)|includes?|excludes?|based on|this (?:sheet|table|file|worksheet|spreadsheet)|please|instructions?|click|return to|back to",
    "quelle[n]?|anmerkung(?:en)?|hinweise?|bemerkung(?:en)?|stand|remarques?|nota|notas|note|fuentes?|fonte|font[ei]|bron|uwagi?|źródło|kaynak",
  ].join("|")})\\b|^(?:注|备注|資料|资料来源|出典|出所|来源|примечан|источник)`,
  "i",
);
const CAPTION =
  /^(?:table|tab\.|figure|fig\.|chart|appendix|annex|schedule|exhibit|section|part|sheet|worksheet|tabelle|abbildung|anhang|tableau|annexe|cuadro|tabla|anexo|quadro|tabela|tabella|allegato|bijlage|tablo|表|图|таблица)\b\s*(?:[\divxlc.-]+|[a-z]\b|[:.])|^(?:表|图|附)\s*\d/i;
const HEADING = new RegExp(
  `^(?:#|no\\.?|nr\\.?|id|code|key|name|names|title|type|category|class|group|item|items|product|description|desc\\.?|date|time|year|month|period|quantity|qty|amount|value|values|unit|units|price|cost|rate|status|country|region|state|city|address|email|phone|customer|company|department|location|variable|parameter|measure|indicator|source|reference|comment|notes?|min|max|percent|share|number|count|age|sex|gender|first name|last name|` +
    `bezeichnung|einheit|wert|menge|preis|datum|jahr|land|anzahl|betrag|nom|libellé|unité|valeur|quantité|prix|année|pays|nombre|montant|nombre|unidad|valor|cantidad|precio|fecha|año|país|nome|unità|valore|quantità|prezzo|data|anno|paese|unidade|quantidade|preço|名称|单位|数量|日期|编号|项目|類別|単位|氏名)(?:$|\\b[\\s_(:/]|[（(])`,
  "i",
);

/** The bits of a text that is not empty. Blanks around it do not count. */
export function textHints(text: string): number {
  const whole = text.trim();
  if (whole === "") return 0;
  const head = whole.slice(0, LONGEST);
  const tail = whole.slice(-LONGEST);
  const blanks = head.split(/\s+/).length - 1;
  let hints = 0;
  if (blanks === 0) hints |= SINGLE_WORD;
  const isStopped = /[.!?。]$/.test(tail) && blanks >= STOPPED_SENTENCE_BLANKS;
  if (isStopped || blanks >= SENTENCE_BLANKS || whole.length > LONGEST) hints |= SENTENCE;
  if (/[:：]$/.test(tail)) hints |= ENDS_WITH_COLON;
  if (BRACKET_END.test(tail)) hints |= ENDS_WITH_BRACKET;
  if (head.length <= 24 && YEAR_TEXT.test(head)) hints |= YEAR;
  if (head.length <= 24 && PERIOD.test(head)) hints |= PERIOD_WORD;
  if (PERCENT_TEXT.test(head)) hints |= PERCENT;
  if (CURRENCY_TEXT.test(head)) hints |= CURRENCY;
  if (NEGATIVE_TEXT.test(head)) hints |= NEGATIVE;
  if (MARK_START.test(head)) hints |= BEGINS_WITH_MARK;
  if (ADDRESS_TEXT.test(head)) hints |= ADDRESS;
  if (isAllCapitals(head)) hints |= ALL_CAPITALS;
  if (LOWER_START.test(head)) hints |= BEGINS_LOWER_CASE;
  if (DIGIT_START.test(head)) hints |= BEGINS_WITH_DIGIT;
  if (blanks < SENTENCE_BLANKS && TOTAL.test(head)) hints |= TOTAL_WORD;
  if (NOTE.test(head)) hints |= NOTE_WORD;
  if (CAPTION.test(head)) hints |= CAPTION_WORD;
  if (blanks < SENTENCE_BLANKS && HEADING.test(head)) hints |= HEADING_WORD;
  return hints >>> 0;
}

function isAllCapitals(text: string): boolean {
  return TWO_CAPITALS.test(text) && !SMALL_LETTER.test(text);
}
