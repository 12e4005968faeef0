/** Tests that what others print past the project's console is noticed. */

import { expect, spyOn, test } from "bun:test";
import { ForeignOutputWatch } from "../../core/console/foreign-output.ts";

test("the console and both streams are watched until disposal, with the end of what was printed", () => {
  const stdout = spyOn(process.stdout, "write").mockImplementation(() => true);
  const stderr = spyOn(process.stderr, "write").mockImplementation(() => true);
  const log = spyOn(console, "log").mockImplementation(() => {});
  const events: string[] = [];
  try {
    const watch = new ForeignOutputWatch({
      before: () => void events.push("before"),
      after: (isLineEnded) => void events.push(isLineEnded ? "after" : "after, in a line"),
    });
    console.log("one");
    process.stdout.write("two\n");
    process.stderr.write("three");
    process.stdout.write(new Uint8Array([0x34]));
    watch.unnoticed(() => process.stdout.write("own"));
    watch[Symbol.dispose]();
    console.log("after the end");
    process.stdout.write("after the end");
    expect(events).toEqual([
      ...["before", "after"],
      ...["before", "after"],
      ...["before", "after, in a line"],
      ...["before", "after, in a line"],
    ]);
    expect(stdout.mock.calls.flat()).toEqual(["two\n", new Uint8Array([0x34]), "own", "after the end"]);
    expect(stderr.mock.calls.flat()).toEqual(["three"]);
    expect(log.mock.calls.flat()).toEqual(["one", "after the end"]);
  } finally {
    for (const spy of [stdout, stderr, log]) spy.mockRestore();
  }
});

test("what is printed in answer to a report is not reported itself, and errors come through", () => {
  const log = spyOn(console, "log").mockImplementation(() => {
    throw new Error("the terminal has gone");
  });
  let reports = 0;
  const stdout = spyOn(process.stdout, "write").mockImplementation(() => true);
  try {
    using _ = new ForeignOutputWatch({
      before: () => {
        reports++;
        process.stdout.write("answer");
      },
      after: () => void reports++,
    });
    expect(() => console.log("one")).toThrow("the terminal has gone");
    expect(reports).toBe(2);
  } finally {
    for (const spy of [stdout, log]) spy.mockRestore();
  }
});
