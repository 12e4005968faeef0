/** Tests what reaches the terminal and the log of a run. */

import { expect, spyOn, test } from "bun:test";
import { ProcessConsole } from "../../core/console/console.ts";

test("ProcessConsole keeps printing when a listener throws, and does not ask that one again", () => {
  const stdout = spyOn(process.stdout, "write").mockImplementation(() => true);
  const stderr = spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    const console = new ProcessConsole();
    const heard: string[] = [];
    let asked = 0;
    console.subscribe(() => {
      asked++;
      throw new Error("deaf");
    });
    console.subscribe((line) => void heard.push(line));
    console.line("one");
    console.line("two");
    expect(asked).toBe(1);
    expect(heard).toEqual(["one", "two"]);
    expect(stderr.mock.calls.join()).toContain("deaf");
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
});

test("ProcessConsole does not tell listeners of what they print themselves", () => {
  const stdout = spyOn(process.stdout, "write").mockImplementation(() => true);
  try {
    const console = new ProcessConsole();
    let heard = 0;
    console.subscribe(() => {
      heard++;
      console.line("echo");
    });
    console.line("call");
    expect(heard).toBe(1);
  } finally {
    stdout.mockRestore();
  }
});
