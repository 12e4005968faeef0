/**
 * SVG as plain objects, so that one drawing serves pages that are written as text and pages that build their
 * nodes.
 */

import { escapeHtml } from "../base/escape-html.ts";

export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgElement | string)[];
}

/** Makes an element; strings among the children are its text. */
export function svg(
  tag: string,
  attributes: SvgElement["attributes"],
  ...children: readonly (SvgElement | string)[]
): SvgElement {
  return { tag, attributes, children };
}

/** An element as text for a page of HTML. */
export function svgText({ tag, attributes, children }: SvgElement): string {
  const own = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(String(value))}"`);
  if (children.length === 0) return `<${tag}${own.join("")}/>`;
  const inner = children.map((child) => (typeof child === "string" ? escapeHtml(child) : svgText(child)));
  return `<${tag}${own.join("")}>${inner.join("")}</${tag}>`;
}
