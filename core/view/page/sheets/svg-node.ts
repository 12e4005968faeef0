/** A drawing as nodes of the page. Its texts are text nodes: nothing in them is taken for markup. */

import { h, type JSX } from "preact";
import type { SvgElement } from "../../../drawing/svg.ts";

export function svgNode({ tag, attributes, children }: SvgElement): JSX.Element {
  const inner = children.map((child) => (typeof child === "string" ? child : svgNode(child)));
  return h(tag, attributes, ...inner);
}
