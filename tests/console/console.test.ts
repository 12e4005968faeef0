/** Tests what reaches the terminal and the log of a run. */

import { expect, spyOn, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ProcessConsole } from "../../core/console/console.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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

test("ProcessConsole.log() writes to the log file alone: nothing is printed, and no listener hears of it", () => {
  const stdout = spyOn(process.stdout, "write").mockImplementation(() => true);
  using folder = temporaryFolder("console");
  try {
    const console = new ProcessConsole();
    const heard: string[] = [];
    console.subscribe((line) => void heard.push(line));
    console.log("early");
    console.attach(folder.join("output.log"));
    console.log("one\ntwo");
    console.close();
    expect(readFileSync(folder.join("output.log"), "utf8")).toBe("early\none\ntwo\n");
    expect([heard, stdout.mock.calls]).toEqual([[], []]);
  } finally {
    stdout.mockRestore();
  }
});
