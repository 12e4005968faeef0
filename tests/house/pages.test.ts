/** Tests that every page can be found, and that figures on pages are those of where they come from. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { SET_MEGABYTES } from "../../core/packages/package-set.ts";

const text = (path: string) => readFileSync(join(PROJECT_ROOT, path), "utf8");
const README = text("README.md");

/** The cells of the first row of a page's tables that begins with a name, without the name. */
function row(page: string, name: string): string[] {
  const line = page.split("\n").find((each) => each.startsWith(`| ${name} |`));
  if (line === undefined) throw new Error(`No row ${name}`);
  return line
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test("docs/README.md links every page of docs/, and the README that one", () => {
  const index = text("docs/README.md");
  const pages = [...new Bun.Glob("*.md").scanSync(join(PROJECT_ROOT, "docs"))].filter(
    (page) => page !== "README.md",
  );
  expect(pages.length).toBeGreaterThan(15);
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
  expect(README).toContain("docs/README.md");
});

test("the README compares with Python as bench/README.md measured", () => {
  const bench = text("bench/README.md");
  const [minimal, full] = bench.split("| full, 25 M parameters |");
  const ratio = (tables: string, device: string) => row(tables, `${device}, 2 workers`)[1]!;
  expect(README).toContain(`${ratio(minimal!, "wasm")} times as\nfast as PyTorch`);
  expect(README).toContain(`${ratio(minimal!, "native")} times on \`native\``);
  expect(README).toContain(`(\`full\`: ${ratio(full!, "wasm")} and ${ratio(full!, "native")} times)`);
  const seconds = row(bench, "a workbook of a million styled cells, cells/s").map((rate) => {
    return (1e6 / Number(rate.replaceAll(",", ""))).toFixed(1);
  });
  expect(README).toContain(`become features in\n${seconds[1]} s; openpyxl takes ${seconds[0]} s`);
});

test("pages name the sizes of the packages that the program announces", () => {
  const page = text("docs/dependencies.md");
  for (const [set, megabytes] of Object.entries(SET_MEGABYTES)) {
    expect(row(page, `\`${set}\``)[0]).toBe(`${megabytes} MB`);
  }
  const more = (set: "devices" | "all") => (SET_MEGABYTES[set] - SET_MEGABYTES.small) / 1000;
  expect(README).toContain(`the packages (${SET_MEGABYTES.small} MB)`);
  expect(README).toContain(`${more("devices").toFixed(1)} GB more |`);
  expect(README).toContain(`${more("all").toFixed(2)} GB more, with the packages of the devices |`);
});
