/** Tests that the page's address holds its whole state, and that no address breaks it. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatAddress, parseAddress } from "../../core/view/page/state/address.ts";
import { DEFAULT_STATE, type PageState } from "../../core/view/page/state/page-state.ts";

test("formatAddress() writes what differs from the default alone", () => {
  expect(formatAddress(DEFAULT_STATE)).toBe("#/runs");
  const state: PageState = {
    ...DEFAULT_STATE,
    view: "curves",
    run: ["a b", "<c>&d"],
    smooth: 0.6,
    logy: true,
  };
  expect(formatAddress(state)).toBe("#/curves?run=a+b&run=%3Cc%3E%26d&smooth=0.6&logy=1");
});

test("parseAddress() reads back every state", () => {
  const words = fc.string({ maxLength: 12 });
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  const states = fc.record({
    view: fc.constantFrom("runs", "curves", "sheets", "details"),
    run: fc.uniqueArray(words),
    search: words,
    smooth: fc.double({ min: 0, max: 0.999, noNaN: true }),
    logx: fc.boolean(),
    x: fc.constantFrom("step", "epoch", "time", "sheets"),
    from: fc.option(numbers, { nil: null }),
    epoch: fc.option(fc.nat(), { nil: null }),
    tab: fc.constantFrom("overview", "console"),
  });
  fc.assert(
    fc.property(states, (part) => {
      const state = { ...DEFAULT_STATE, ...part } as PageState;
      const read = parseAddress(formatAddress(state));
      // −0 has no text of its own
      expect({ ...read, from: read.from === 0 ? 0 : read.from }).toEqual({
        ...state,
        from: state.from === 0 ? 0 : state.from,
        smooth: state.smooth === 0 ? 0 : state.smooth,
      });
    }),
  );
});

test("parseAddress() takes the default for what is unknown or no number", () => {
  const state = parseAddress("#/nowhere?x=colour&smooth=7&from=a&epoch=&tab=none&order=best&logx=yes&more=1");
  expect(state).toEqual({ ...DEFAULT_STATE, smooth: 0.999 });
});
