/** An inspection as text: the most important facts, then the values, then the tensors. */

import type { Json } from "../base/json.ts";
import { isRecord } from "../base/plain-object.ts";
import { formatBytes } from "../base/text-layout.ts";
import { FORMAT_VERSION } from "./detector-state.ts";
import type { Inspection, TensorGroup } from "./inspect.ts";

/** The optimiser's tensors have the shapes of the weights. They are counted, and listed only on request. */
const COUNTED = "optimizer_state_dict";

const LINE_LENGTH = 120;

/** @param all Whether the tensors of the optimiser are listed too. */
export function inspectionText(
  { file, bytes, tensorBytes, groups, values }: Inspection,
  all = false,
): string {
  const overhead =
    tensorBytes === 0 ? "" : ` (${(100 * (bytes / tensorBytes - 1)).toFixed(2)} % more than its tensors)`;
  const facts: [string, string][] = [["size", `${formatBytes(bytes)}${overhead}`]];
  for (const [key, value] of Object.entries(values)) {
    if (key === COUNTED) facts.push([key, optimizerText(value)]);
    else facts.push(...valueLines(key, value));
  }
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, text]) => `  ${name.padEnd(width)}  ${wrapped(text, width + 4)}`);
  const tables = groups.map((group) => groupText(group, all || group.key !== COUNTED));
  return [file, ...lines, ...tables.flatMap((table) => ["", ...table])].join("\n");
}

/** Breaks a list after commas. All lines but the first are indented by `indent` characters. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  for (const part of text.split(/(?<=, )/)) {
    const line = lines.at(-1);
    if (line !== undefined && indent + line.length + part.trimEnd().length <= LINE_LENGTH) {
      lines[lines.length - 1] = line + part;
    } else lines.push(part);
  }
  return lines.map((line) => line.trimEnd()).join(`\n${" ".repeat(indent)}`);
}

/**
 * One line for a plain value or a dictionary of plain values. Otherwise one line per key, with deeper
 * values counted.
 */
function valueLines(key: string, value: Json): [string, string][] {
  if (key === "format_version" && value === FORMAT_VERSION)
    return [["format_version", `${FORMAT_VERSION} (current)`]];
  if (!isRecord(value)) return [[key, short(value)]];
  const entries = Object.entries(value);
  if (entries.every(([, item]) => !isRecord(item))) {
    return [[key, entries.map(([name, item]) => `${name} ${short(item)}`).join(", ") || "empty"]];
  }
  return entries.map(([name, item]) => [`${key}.${name}`, short(item)]);
}

function short(value: Json): string {
  if (value === null) return "–";
  if (typeof value === "number")
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (Array.isArray(value))
    return value.length > 8 ? `[${value.length} values]` : `[${value.map(short).join(", ")}]`;
  if (isRecord(value)) return `{${Object.keys(value).join(", ")}}`;
  const text = String(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}

function optimizerText(value: Json): string {
  const groups = isRecord(value) && Array.isArray(value.param_groups) ? (value.param_groups as Json[]) : [];
  return groups
    .map((group) => {
      if (!isRecord(group)) return short(group);
      const { params, lr, weight_decay: decay, betas, eps } = group;
      const count = Array.isArray(params) ? params.length : 0;
      const [rate, weightDecay, both, epsilon] = [lr, decay, betas, eps].map((value) => short(value ?? null));
      return `${count} parameters, lr ${rate}, weight decay ${weightDecay}, betas ${both}, eps ${epsilon}`;
    })
    .join("; ");
}

function groupText({ key, elements, bytes, nonFinite, tensors }: TensorGroup, listed: boolean): string[] {
  const ruined = nonFinite > 0 ? `, ${nonFinite.toLocaleString("en")} of them not finite` : "";
  const size = `${elements.toLocaleString("en")} elements${ruined}, ${formatBytes(bytes)}`;
  const title = `${key === "" ? "tensors" : key}: ${tensors.length} tensors, ${size}`;
  if (!listed) return [`${title} (--all lists them)`];
  const names = Math.max(...tensors.map(({ name }) => name.length));
  const dtypes = Math.max(...tensors.map(({ dtype }) => dtype.length));
  return [
    title,
    ...tensors.map(
      ({ name, dtype, shape }) => `  ${name.padEnd(names)}  ${dtype.padEnd(dtypes)}  [${shape.join(", ")}]`,
    ),
  ];
}
