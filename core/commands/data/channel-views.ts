/** The features of a cell as short texts: single channels, and groups of channels as one word. */

import { CHANNEL_COUNT, CHANNELS, type Channel } from "../../features/grid.ts";

/** What a channel or a group says about a cell. */
export interface ChannelView {
  readonly name: string;
  /**
   * @param values The features of cells, channels last.
   * @param at Where the cell's 43 numbers begin.
   */
  readonly text: (values: Float32Array, at: number) => string;
}

/** Groups in which exactly one channel is 1: its name without that of the group. */
const CHOICES = ["font_color", "bg_color", "length", "font_size"] as const;
/** Groups with a channel per side: the first letters of the sides on which it is 1. */
const SIDES = ["merge", "border"] as const;

/** Stands where nothing is set. */
const NONE = "·";

/** All views: the groups, then the 43 channels in their order. */
export const CHANNEL_VIEWS: readonly ChannelView[] = [
  ...CHOICES.map((group) => groupView(group, (words) => words.join("+"))),
  ...SIDES.map((group) => groupView(group, (sides) => sides.map((side) => side[0]).join(""))),
  ...CHANNELS.map(channelView),
];

function groupView(group: string, join: (words: string[]) => string): ChannelView {
  const members = CHANNELS.filter((name) => name.startsWith(`${group}_`));
  const words = members.map((name) => name.slice(group.length + 1));
  const places = members.map((name) => CHANNELS.indexOf(name));
  return {
    name: group,
    text: (values, at) => join(words.filter((_, index) => values[at + places[index]!] !== 0)) || NONE,
  };
}

function channelView(name: Channel): ChannelView {
  const place = CHANNELS.indexOf(name);
  return {
    name,
    text(values, at) {
      const value = values[at + place]!;
      if (value === 0) return NONE;
      return value === 1 ? "1" : value.toFixed(2);
    },
  };
}

/** Where a cell's numbers begin among those of all distinct vectors. */
export function vectorStart(cells: ArrayLike<number>, cell: number): number {
  return cells[cell]! * CHANNEL_COUNT;
}
