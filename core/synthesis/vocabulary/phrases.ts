/** Draws texts of any length: words, names, remarks, sentences, paragraphs. */

import type { Random } from "../../base/random.ts";
import { logInteger } from "../draw.ts";
import { FIRST_NAMES, LAST_NAMES, PARAGRAPHS, PLACES, REMARKS } from "./common.ts";

const WORDS =
  "the of and for in per total average value rate number year month week plan actual budget report page list item code name type status open closed first last next group area region unit price cost amount order sample result test check note file sheet table data source method survey estimate change growth index level share target limit rule step part line main other new old high low full net gross final draft annual quarterly monthly daily public local central service product customer supplier project team office house field station water energy heat road line school health market food stock claim loan rent tax fee".split(
    " ",
  );

/** Common words of other languages and scripts. The network sees characters, not meanings. */
const FOREIGN = [
  "項目",
  "日付",
  "担当者名",
  "備考",
  "合計",
  "数量",
  "单位",
  "名称",
  "金额",
  "电话号码",
  "응집물질",
  "합계",
  "Straße",
  "Größe",
  "Stückzahl",
  "Prénom",
  "Année",
  "Système",
  "Número",
  "Dirección",
  "Описание",
  "Количество",
  "Итого",
  "الغرب",
  "المجموع",
  "नाम",
];

/** A phrase of `low` … `high` words, the first with a capital letter. */
export function phrase(random: Random, low: number, high: number): string {
  const count = random.integer(low, high);
  let text = random.pick(WORDS);
  text = text[0]!.toUpperCase() + text.slice(1);
  for (let word = 1; word < count; word++) text += ` ${random.pick(WORDS)}`;
  return text;
}

/** One sentence or several, of about 20 to 600 characters. */
export function sentence(random: Random): string {
  if (random.chance(0.4)) return random.pick(PARAGRAPHS);
  const most = logInteger(random, 6, 100);
  return `${phrase(random, Math.ceil(most / 2), most)}.`;
}

/** A word in one of many languages. */
export function foreignWord(random: Random): string {
  return random.pick(FOREIGN);
}

/** A name as programs write it: `net_cost`, `netCost`, `NET_COST_3`. */
export function identifier(random: Random): string {
  const first = random.pick(WORDS);
  const second = random.pick(WORDS);
  switch (random.integer(0, 4)) {
    case 0:
      return `${first}_${second}`;
    case 1:
      return first + second[0]!.toUpperCase() + second.slice(1);
    case 2:
      return `${first}_${second}_${random.integer(1, 20)}`.toUpperCase();
    case 3:
      return first;
    default:
      return `${first}.${second}`;
  }
}

/** A single word or two. */
export function word(random: Random): string {
  switch (random.integer(0, 5)) {
    case 0:
      return random.pick(PLACES);
    case 1:
      return random.pick(FIRST_NAMES);
    case 2:
      return random.pick(REMARKS);
    case 3:
      return random.chance(0.3) ? foreignWord(random) : random.pick(WORDS);
    default:
      return random.pick(WORDS);
  }
}

/** A person's full name. */
export function drawPerson(random: Random): string {
  return random.chance(0.7)
    ? `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`
    : `${random.pick(LAST_NAMES)}, ${random.pick(FIRST_NAMES)}`;
}
