/** Tests that SVG objects become text in which no name and no text can be taken for markup. */

import { expect, test } from "bun:test";
import { svg, svgText } from "../../core/drawing/svg.ts";

test("svgText() writes elements, attributes and text", () => {
  const drawing = svg("svg", { width: 3 }, svg("rect", { x: 0.5, class: "f1" }), svg("text", {}, "A1"));
  expect(svgText(drawing)).toBe('<svg width="3"><rect x="0.5" class="f1"/><text>A1</text></svg>');
});

test("svgText() escapes attributes and text", () => {
  const drawing = svg("g", { "aria-label": '"><script>' }, svg("title", {}, "a < b & c"));
  expect(svgText(drawing)).toBe(
    '<g aria-label="&quot;&gt;&lt;script&gt;"><title>a &lt; b &amp; c</title></g>',
  );
});
