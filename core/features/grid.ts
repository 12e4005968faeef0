/** The feature grid of a sheet, which is what the network sees. docs/features.md has the rules. */

/** Raise it with every change after which the same workbook gives another grid (docs/features.md). */
export const FEATURE_VERSION = 5;

/** The channels in order; a channel's place in this list is its place on the grid's last axis. */
export const CHANNELS = [
  "has_data",
  "has_formula",
  "is_formatted",
  "is_visibly_empty",
  "merge_left",
  "merge_right",
  "merge_top",
  "merge_bottom",
  "font_color_black",
  "font_color_white",
  "font_color_gray",
  "font_color_red",
  "font_color_yellow",
  "font_color_green",
  "font_color_blue",
  "font_color_other",
  "bg_color_black",
  "bg_color_white",
  "bg_color_gray",
  "bg_color_red",
  "bg_color_yellow",
  "bg_color_green",
  "bg_color_blue",
  "bg_color_other",
  "digit_proportion",
  "length_s",
  "length_m",
  "length_l",
  "length_xl",
  "font_size_s",
  "font_size_m",
  "font_size_l",
  "bold",
  "strikethrough",
  "border_left",
  "border_right",
  "border_top",
  "border_bottom",
  "is_locked",
  "is_hidden",
  "is_in_table",
  "is_in_table_header",
  "has_comment",
] as const;

/** The name of a channel. */
export type Channel = (typeof CHANNELS)[number];

/** 43: the length of the grid's last axis. */
export const CHANNEL_COUNT = CHANNELS.length;

/** 24, the one channel whose values lie between 0 and 1; all others are 0 or 1. */
export const DIGIT_PROPORTION = CHANNELS.indexOf("digit_proportion");

/** A sheet as numbers. */
export interface Grid {
  /** Rows, from row 1. */
  readonly height: number;
  /** Columns, from column A. */
  readonly width: number;
  /** [height, width, 43] row-major, channels last; see `CHANNELS`. */
  readonly data: Float32Array;
}
