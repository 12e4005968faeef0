/** Tests which path is offered for one that leads nowhere. */

import { expect, test } from "bun:test";
import { nearestPath } from "../../core/base/nearest-path.ts";
import { isFolder } from "../../core/files/file-state.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("nearestPath() mends the first wrong name of a path, and the ones behind it", () => {
  using folder = temporaryFolder("nearest-path");
  folder.write("docs/samples/budget.xlsx", "");
  folder.write("docs/simple.txt", "");
  expect(nearestPath(folder.join("docs/sampels"))).toBe(folder.join("docs/samples"));
  expect(nearestPath(folder.join("dosc/samples"))).toBe(folder.join("docs/samples"));
  expect(nearestPath(folder.join("dosc/sampels/bugdet.xlsx"))).toBe(folder.join("docs/samples/budget.xlsx"));
  expect(nearestPath(folder.join("elsewhere/samples"))).toBeNull();
});

test("nearestPath() offers only what is accepted", () => {
  using folder = temporaryFolder("nearest-path");
  folder.write("books.txt", "");
  folder.write("bookings/a.xlsx", "");
  expect(nearestPath(folder.join("books.tx"), isFolder)).toBeNull();
  expect(nearestPath(folder.join("bookngs"), isFolder)).toBe(folder.join("bookings"));
});
