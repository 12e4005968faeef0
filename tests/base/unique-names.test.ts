/** Tests names that get a number where they come again. */

import { expect, test } from "bun:test";
import { UniqueNames } from "../../core/base/unique-names.ts";

const named =
  (name: string, ending = "") =>
  (number: string) =>
    name + number + ending;

test("later names get the first number that is free, also where upper and lower case are one", () => {
  const names = new UniqueNames(["index"]);
  const given = ["a", "A", "a-3", "a", "a-3", "Index", "a"].map((name) => names.add(named(name)));
  expect(given).toEqual(["a", "A-2", "a-3", "a-4", "a-3-2", "Index-2", "a-5"]);
  expect(names.add(named("a", ".xlsx"))).toBe("a.xlsx");
});

test("of many equal names each is tried twice at most", () => {
  const names = new UniqueNames();
  let tried = 0;
  for (let count = 1; count <= 1000; count++) {
    const name = names.add((number) => {
      tried++;
      return `report${number}`;
    });
    expect(name).toBe(count === 1 ? "report" : `report-${count}`);
  }
  expect(tried).toBe(1999);
});

test("a name that was taken is not given, and endings may be others, with case as it is", () => {
  const names = new UniqueNames([], { isCaseSensitive: true, ending: (number) => ` (${number})` });
  expect(["a", "A", "a"].map((name) => names.take(name))).toEqual([true, true, false]);
  expect(["a", "B", "b", "a"].map((name) => names.add(named(name)))).toEqual(["a (2)", "B", "b", "a (3)"]);
});
