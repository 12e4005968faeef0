/** Tests what is read from a text alone. */

import { expect, test } from "bun:test";
import { HINTS, type HintName } from "../../../core/features/hints/hint-bits.ts";
import { textHints } from "../../../core/features/hints/text-hints.ts";

function named(text: string): string[] {
  const word = textHints(text);
  return HINTS.filter((_, hint) => ((word >>> hint) & 1) === 1);
}

/** Texts that have a hint, and texts that look alike and have it not. */
const EXAMPLES: Partial<Record<HintName, { has: string[]; lacks: string[] }>> = {
  year: {
    has: ["2019", "2019/20", "1999-2000", "FY 2021", "2010 1/", "2020*", "2020年", "'2005", "2012–13"],
    lacks: ["20195", "3019", "2019.5", "2019 sales", "Model 2019X1", "02019"],
  },
  period_word: {
    has: ["Jan", "Sept.", "März", "Q3", "Q3 2020", "1st half", "Week 12", "Dec-19", "10月", "mayo", "Monday"],
    lacks: ["Janet", "Mars bar", "Q", "quarterly report", "maybe"],
  },
  percent: { has: ["12 %", "% of total"], lacks: ["percent"] },
  currency: { has: ["$ 5", "Price (EUR)", "€", "in US$"], lacks: ["Europe", "using"] },
  negative: { has: ["-5", "(3.2)", "−7"], lacks: ["5-3", "(a)", "- item"] },
  ends_with_colon: { has: ["Date:", "名称："], lacks: ["12:30", "a: b"] },
  sentence: {
    has: ["All figures are rounded.", "one two three four five six seven eight"],
    lacks: ["No.", "Grand total of all regions", "approx. value"],
  },
  all_capitals: { has: ["TOTAL", "GDP (A)", "ÄÖ"], lacks: ["A", "Total", "12"] },
  begins_lower_case: { has: ["of which", "ärzte"], lacks: ["Of which", "1a"] },
  begins_with_digit: { has: ["1. Income", "3D"], lacks: ["A1"] },
  begins_with_mark: {
    has: ["* estimated", "• one", "(a) first", "[1] see", "1/ Includes", "¹ note"],
    lacks: ["a*", "(total)"],
  },
  ends_with_bracket: { has: ["Mass (kg)", "Time [s]", "Rate (%):"], lacks: ["(kg) mass", "a()"] },
  total_word: {
    has: ["Total", "Sub-total", "Grand Total", "Summe", "Insgesamt", "合计", "Total, all ages", "(total)"],
    lacks: ["Totally", "Assume", "Summer", "Balanced"],
  },
  note_word: {
    has: ["Note: x", "Source: ministry", "Quelle: Amt", "注：", "See footnote 2"],
    lacks: ["Notebook", "Resources"],
  },
  caption_word: {
    has: ["Table 3", "TABLE A.1: x", "Figure 2", "Annexe A", "表1", "Part II."],
    lacks: ["Tables", "Partner", "Chart of accounts"],
  },
  heading_word: {
    has: ["Name", "Unit price", "Date", "数量", "Bezeichnung", "ID", "No."],
    lacks: ["Nameless", "Idea", "Nothing"],
  },
  single_word: { has: ["Sheet", "a_b-c"], lacks: ["two words"] },
  address: { has: ["https://example.org/a", "mail a@b.org"], lacks: ["a @ b", "wwwx"] },
};

for (const [name, { has, lacks }] of Object.entries(EXAMPLES)) {
  test(`textHints() gives ${name} to the texts that have it, and to no other`, () => {
    for (const text of has) expect([text, named(text).includes(name)]).toEqual([text, true]);
    for (const text of lacks) expect([text, named(text).includes(name)]).toEqual([text, false]);
  });
}

test("textHints() ignores blanks around a text, and a text of blanks has no hint", () => {
  expect(textHints("  Total ")).toBe(textHints("Total"));
  expect(textHints(" \t ")).toBe(0);
});

test("textHints() reads a very long text in a moment", () => {
  const long = `${"(".repeat(50_000)}${"a 1/".repeat(50_000)}`;
  expect(named(long)).toContain("sentence");
});

test("textHints() reads many texts of capitals with one small letter at their end", () => {
  // A pattern that tries all pairs of capitals would take minutes.
  const texts = Array.from({ length: 100_000 }, (_, index) => `${"ACGT".repeat(38)}${index}n`);
  const capitals = texts.filter((text) => named(text).includes("all_capitals"));
  expect(capitals).toEqual([]);
  expect(named("ACGT".repeat(38))).toContain("all_capitals");
}, 60_000);
