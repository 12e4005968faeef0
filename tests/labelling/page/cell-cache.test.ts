/** Tests which cells the page keeps. */

import { expect, test } from "bun:test";
import { CellCache } from "../../../core/labelling/page/sheet/cell-cache.ts";
import { until } from "../../support/until.ts";

test("cells are asked for once, and again after they were forgotten", async () => {
  const asked: string[] = [];
  const cache = new CellCache(
    async (top, left) => {
      asked.push(`${top} ${left}`);
      return { top, left, cells: [[{ text: `${top}` }]] };
    },
    () => {},
  );
  const shown = (row: number) => cache.get(row, 1)?.text;
  cache.want([[0, 0]]);
  await until(() => shown(1) === "1");
  cache.want([
    [0, 0],
    [1, 0],
  ]);
  await until(() => shown(65) === "65");
  expect(asked).toEqual(["1 1", "65 1"]);
  cache.forget();
  expect([shown(1), shown(65)]).toEqual([undefined, undefined]);
  cache.want([[1, 0]]);
  await until(() => shown(65) === "65");
  expect(asked).toEqual(["1 1", "65 1", "65 1"]);
});
