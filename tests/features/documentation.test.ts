/** Tests that the page on features agrees with the code. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { CHANNELS, DIGIT_PROPORTION, FEATURE_VERSION } from "../../core/features/grid.ts";
import { HINTS } from "../../core/features/hints/hint-bits.ts";
import { type HighChannel, highBits, type LowChannel, lowBits } from "../../core/features/vector-bits.ts";

const PAGE = readFileSync(join(PROJECT_ROOT, "docs", "features.md"), "utf8");

/** The cells of the rows of a table. */
function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("docs/features.md lists every channel in its place, with its word and bit", () => {
  const marked = /<!-- begin: channels -->(.*)<!-- end: channels -->/s.exec(PAGE);
  const rows = rowsOf(marked![1]!);
  const expected = CHANNELS.map((name, channel) => {
    let place = "third";
    if (channel < DIGIT_PROPORTION) place = `low, ${Math.log2(lowBits(name as LowChannel))}`;
    if (channel > DIGIT_PROPORTION) place = `high, ${Math.log2(highBits(name as HighChannel))}`;
    return [String(channel), `\`${name}\``, place];
  });
  expect(rows.map(([channel, name, , , place]) => [channel, name, place])).toEqual(expected);
  for (const [, name, of, value] of rows) {
    expect([name, ["anchor", "cell"].includes(of!), value !== ""]).toEqual([name, true, true]);
  }
});

test("docs/features.md lists every hint in its place", () => {
  const marked = /<!-- begin: hints -->(.*)<!-- end: hints -->/s.exec(PAGE);
  const rows = rowsOf(marked![1]!);
  expect(rows.map(([hint, name]) => [hint, name])).toEqual(
    HINTS.map((name, hint) => [String(hint), `\`${name}\``]),
  );
  for (const [, name, value] of rows) expect([name, value !== ""]).toEqual([name, true]);
});

test("docs/features.md says what the latest version of the features changed", () => {
  const versions = rowsOf(PAGE.slice(PAGE.indexOf("## When `FEATURE_VERSION` rises")));
  expect(versions.map(([version]) => version)).toEqual(
    Array.from({ length: FEATURE_VERSION }, (_, index) => String(index + 1)),
  );
});

test("every heading of docs/features.md that the code cites is there", () => {
  const headings = PAGE.match(/^## .*$/gm)!.map((line) => line.slice(3));
  const files = [...new Bun.Glob("core/**/*.ts").scanSync(PROJECT_ROOT)];
  const cited = files.flatMap((file) => {
    const text = readFileSync(join(PROJECT_ROOT, file), "utf8").replaceAll(/\n\s*(\*|\/\/) ?/g, " ");
    return [...text.matchAll(/docs\/features\.md, ((?:(?: and )?"[^"]+")+)/g)].flatMap(([, names]) =>
      [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => `${file}: ${name}`),
    );
  });
  expect(cited.length).toBeGreaterThan(2);
  for (const each of cited) expect(headings).toContain(each.slice(each.indexOf(": ") + 2));
});
