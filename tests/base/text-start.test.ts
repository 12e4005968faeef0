/** Tests the starts of texts that have to fit a number of bytes. */

import { expect, test } from "bun:test";
import { textStart } from "../../core/base/text-start.ts";

test("textStart() keeps whole characters, by their bytes in UTF-8", () => {
  const text = "aé😀b"; // 1, 2, 4 and 1 bytes
  const starts = Array.from({ length: 9 }, (_, most) => textStart(text, most));
  expect(starts).toEqual(["", "a", "a", "aé", "aé", "aé", "aé", "aé😀", text]);
  expect(textStart(text, 100)).toBe(text);
});
