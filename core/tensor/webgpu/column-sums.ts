/** Sums over the rows of matrices in WGSL, in a fixed order: within chunks of rows, then over the chunks. */

import { backend, type TensorInfo } from "@tensorflow/tfjs-core";
import { type Program, runProgram } from "./kernel-runner.ts";

/** The rows that one thread sums. */
const CHUNK = 64;

export interface ColumnSums extends Pick<Program, "name" | "inputs"> {
  /**
   * The WGSL expression of a term. `at` is the index of the element, `row` its row over all groups,
   * `column` its column.
   */
  readonly term: string;
  /** The number of matrices, one below the other. @default 1 */
  readonly groups?: number;
  /** The rows of one matrix. */
  readonly rows: number;
  readonly columns: number;
}

/** @returns [groups, columns], owned by the caller. */
export function columnSums({ name, inputs, term, groups = 1, rows, columns }: ColumnSums): TensorInfo {
  const chunks = Math.ceil(rows / CHUNK);
  const parts = runProgram({
    name,
    inputs,
    integers: { rows, columns, chunks },
    shape: [groups, chunks, columns],
    body: `
      let column = index % uniforms.columns;
      let part = index / uniforms.columns;
      let first = (part % uniforms.chunks) * ${CHUNK};
      let group = part / uniforms.chunks;
      var sum = 0.0;
      for (var i = first; i < min(first + ${CHUNK}, uniforms.rows); i++) {
        let row = group * uniforms.rows + i;
        let at = row * uniforms.columns + column;
        sum += ${term};
      }
      result[index] = sum;`,
  });
  if (chunks === 1) return { ...parts, shape: [groups, columns] };
  const sums = runProgram({
    name: "table_column_sums",
    inputs: { parts },
    integers: { columns, chunks },
    shape: [groups, columns],
    body: `
      let first = (index / uniforms.columns) * uniforms.chunks * uniforms.columns + index % uniforms.columns;
      var sum = 0.0;
      for (var i = 0; i < uniforms.chunks; i++) { sum += parts[first + i * uniforms.columns]; }
      result[index] = sum;`,
  });
  backend().disposeData(parts.dataId);
  return sums;
}
