/** Describes the network as text, for `model_arch.txt`. */

import type { DetectorConfig } from "./detector-config.ts";
import { elements, type ParameterSpec, parameterSpecs } from "./parameters.ts";

/** The number of parameters of a network of this shape. All of them are trained. */
export function countParameters(config: DetectorConfig): number {
  return parameterSpecs(config).reduce((total, { shape }) => total + elements(shape), 0);
}

/**
 * The configuration and the module tree below it, indented by two spaces per level. Each module stands with
 * its number of parameters, each parameter with its shape.
 */
export function describeArchitecture(config: DetectorConfig): string {
  const root: Module = { name: "TableDetector", parameters: 0, modules: new Map(), own: [] };
  for (const spec of parameterSpecs(config)) insert(root, spec);
  const settings = Object.entries(config).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return `${["Configuration", ...settings, "", ...lines(root, 0)].join("\n")}\n`;
}

interface Module {
  readonly name: string;
  parameters: number;
  readonly modules: Map<string, Module>;
  readonly own: ParameterSpec[];
}

function insert(root: Module, spec: ParameterSpec): void {
  const path = spec.name.split(".").slice(0, -1);
  const size = elements(spec.shape);
  root.parameters += size;
  let module = root;
  for (const name of path) {
    let next = module.modules.get(name);
    if (!next) {
      next = { name, parameters: 0, modules: new Map(), own: [] };
      module.modules.set(name, next);
    }
    module = next;
    module.parameters += size;
  }
  module.own.push(spec);
}

function lines(module: Module, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const type = moduleType(module);
  const title = type === null ? module.name : `${module.name}: ${type}`;
  return [
    `${indent}${title}  (${module.parameters.toLocaleString("en-US")} parameters)`,
    ...module.own.map(({ name, shape }) => `${indent}  ${name.split(".").at(-1)} [${shape.join(", ")}]`),
    ...[...module.modules.values()].flatMap((child) => lines(child, depth + 1)),
  ];
}

/**
 * What a module without submodules computes, inferred from the shapes of its parameters; null for a group.
 */
function moduleType({ own, name, modules }: Module): string | null {
  const shape = own.find((spec) => spec.name.endsWith(".weight"))?.shape;
  if (!shape || modules.size > 0) return null;
  if (name === "query_embed") return `Embedding(${shape.join(", ")})`;
  if (shape.length === 1) return `LayerNorm(${shape[0]})`;
  if (shape.length === 2) return `Linear(${shape[1]} -> ${shape[0]})`;
  const [outputs, inputs, rows, columns] = shape as [number, number, number, number];
  // A depthwise convolution has one input for each output.
  return inputs === 1 && outputs > 1
    ? `DepthwiseConv2d(${outputs}, ${rows}x${columns})`
    : `Conv2d(${inputs} -> ${outputs}, ${rows}x${columns})`;
}
