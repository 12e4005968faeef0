/**
 * The hints: what a reader sees in a cell beyond the 43 channels. They tell a year from another number, a
 * total from another row, a note from a title, and a text that stands elsewhere on the sheet from one that
 * does not. docs/features.md has the rules.
 */

/** The hints in order; a hint's place in this list is its bit in the fourth word of a feature vector. */
export const HINTS = [
  "number",
  "date",
  "year",
  "period_word",
  "whole_number",
  "counts_on_from_left",
  "counts_on_from_above",
  "same_as_left",
  "same_as_above",
  "text_repeats",
  "row_repeats",
  "percent",
  "currency",
  "fraction",
  "negative",
  "ends_with_colon",
  "sentence",
  "all_capitals",
  "begins_lower_case",
  "begins_with_digit",
  "begins_with_mark",
  "ends_with_bracket",
  "total_word",
  "note_word",
  "caption_word",
  "heading_word",
  "single_word",
  "address",
  "italic",
  "indented",
  "centred",
  "right_aligned",
] as const;

export type HintName = (typeof HINTS)[number];

/** 32: one bit of a word per hint. */
export const HINT_COUNT = HINTS.length;

/** The word in which exactly these hints are set. */
export function hintBits(...names: HintName[]): number {
  return names.reduce((word, name) => word | (1 << HINTS.indexOf(name)), 0) >>> 0;
}
