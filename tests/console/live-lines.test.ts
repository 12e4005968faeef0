/** Tests what live lines leave on the screen of a terminal. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { LiveLines } from "../../core/console/live-lines.ts";
import { FakeTerminal } from "../support/fake-terminal.ts";

test("live lines replace each other, and leave what was printed above them", () => {
  const terminal = new FakeTerminal(20);
  terminal.write("above\n");
  const live = new LiveLines(terminal, true);
  live.show("one\ntwo");
  expect(terminal.screen).toEqual(["above", "one", "two"]);
  live.show("three");
  expect(terminal.screen).toEqual(["above", "three"]);
  live.hide();
  terminal.write("printed\n");
  live.redraw();
  expect(terminal.screen).toEqual(["above", "printed", "three"]);
  live.show(null);
  expect(terminal.screen).toEqual(["above", "printed", ""]);
});

test("a live line that is wider than the terminal is cut off; wide characters count twice", () => {
  const terminal = new FakeTerminal(8);
  const live = new LiveLines(terminal, true);
  live.show("0123456789\n表表表表表");
  expect(terminal.written).toBe("0123456\n表表表");
});

test("live lines that a narrower terminal has wrapped are removed whole, and fit again", () => {
  const terminal = new FakeTerminal(40);
  terminal.write("above\n");
  const live = new LiveLines(terminal, true);
  live.show(`${"a".repeat(35)}\n${"b".repeat(25)}`);
  terminal.columns = 10;
  expect(terminal.screen).toHaveLength(1 + 4 + 3);
  live.redraw();
  expect(terminal.screen).toEqual(["above", "a".repeat(9), "b".repeat(9)]);
  terminal.columns = 30;
  live.redraw();
  expect(terminal.screen).toEqual(["above", "a".repeat(29), "b".repeat(25)]);
});

test("live lines ask for the terminal's width when they are drawn, not only after a notice", () => {
  const terminal = new FakeTerminal(40);
  let isNarrow = false;
  const late = {
    columns: 40,
    write: (text: string) => terminal.write(text),
    _refreshSize() {
      this.columns = isNarrow ? 10 : 40;
    },
  };
  const live = new LiveLines(late, true);
  live.show("a".repeat(35));
  isNarrow = true;
  terminal.columns = 10;
  live.show("done");
  expect(terminal.screen).toEqual(["done"]);
});

test("on a terminal that cuts long lines off, live lines remove no line above them", () => {
  const terminal = new FakeTerminal(40);
  const live = new LiveLines(terminal, false);
  live.show("a".repeat(35));
  terminal.written = "";
  terminal.columns = 10;
  live.show("done");
  expect(terminal.written).toBe("\r\u001b[Jdone");
});

test("whatever is shown, printed and resized, the screen has the printed lines and the last live text", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", " ", "█"), maxLength: 30 });
  const step = fc.oneof(
    fc.record({ show: fc.array(word, { minLength: 1, maxLength: 2 }) }),
    fc.record({ print: fc.constantFrom("p", "q", "rr") }),
    fc.record({ columns: fc.integer({ min: 5, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const terminal = new FakeTerminal(20);
      const live = new LiveLines(terminal, true);
      const printed: string[] = [];
      for (const one of steps) {
        if ("show" in one) live.show(one.show.join("\n"));
        if ("print" in one) {
          live.hide();
          terminal.write(`${one.print}\n`);
          printed.push(one.print);
          live.redraw();
        }
        if ("columns" in one) terminal.columns = one.columns;
      }
      live.show("end");
      expect(terminal.screen).toEqual([...printed, "end"]);
    }),
  );
});
