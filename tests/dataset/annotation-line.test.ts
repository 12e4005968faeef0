/** Tests lines of annotations: how they are written and that they read back. */

import { expect, test } from "bun:test";
import { parseRange } from "../../core/base/range.ts";
import { annotationLine, parseAnnotationLine } from "../../core/dataset/annotation-line.ts";

const REGIONS = ["A1:F20", "B30"].map((text) => parseRange(text)!);

test("a line is read as it was written, with further keys for whoever corrects labels", () => {
  const line = annotationLine({
    fileName: "sub/ä b.xlsx",
    sheetName: ' "Data"\n',
    splitCode: "testing_set",
    regions: REGIONS,
    more: {
      label_origin: "manual",
      confidence: "high",
      source: "some/collection:a.xlsx",
      unlabelled_blocks: ["H1:I2"],
    },
  });
  expect(line).toEndWith("\n");
  expect(line.indexOf("\n")).toBe(line.length - 1);
  expect(parseAnnotationLine(line, 7)).toEqual({
    line: 7,
    fileName: "sub/ä b.xlsx",
    sheetName: ' "Data"\n',
    splitCode: "testing_set",
    origin: "manual",
    confidence: "high",
    source: "some/collection",
    isSkipped: false,
    isUnseen: false,
    regions: REGIONS,
  });
});

test("a line without a split code has none, and an empty list for no table", () => {
  const written = annotationLine({ fileName: "a.xlsx", sheetName: "S", splitCode: null, regions: [] });
  expect(JSON.parse(written)).toEqual({
    file_name: "a.xlsx",
    file_path: "files",
    sheet_name: "S",
    table_regions: [],
  });
  expect(parseAnnotationLine(written, 1)).toMatchObject({
    splitCode: null,
    origin: null,
    source: null,
    regions: [],
  });
});

test("a line that is marked as skipped needs no regions, and keeps those that it has", () => {
  const about = { file_name: "a.xlsx", sheet_name: "S" };
  const parse = (fields: object) => parseAnnotationLine(JSON.stringify({ ...about, ...fields }), 1);
  expect(parse({ skipped: true })).toMatchObject({ isSkipped: true, regions: [] });
  expect(parse({ skipped: true, table_regions: ["A1:F20"] })).toMatchObject({
    isSkipped: true,
    regions: [REGIONS[0]],
  });
  expect(parse({ skipped: false, table_regions: [] })).toMatchObject({ isSkipped: false });
  expect(parse({ skipped: "yes", table_regions: [] })).toEqual({
    wrong: [{ message: "Cannot use skipped", expected: "true or false", got: '"yes"' }],
  });
  expect(parse({ skipped: false })).toMatchObject({ wrong: [{ message: "Cannot use table_regions" }] });
});
