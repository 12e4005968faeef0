/** Runs the project's WGSL programs on TensorFlow.js's WebGPU backend. */

import { backend, type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";

/** The part of the backend that is used here, as its own kernels do. */
interface ProgramBackend {
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo;
  runWebGPUProgram(
    program: object,
    inputs: TensorInfo[],
    dtype: DataType,
    uniforms: { type: "int32" | "float32"; data: number[] }[],
    output: TensorInfo,
  ): TensorInfo;
}

/** A program: its body runs once for each `index` in 0 … threads − 1. */
export interface Program {
  /** Unique among all programs, those of the backend included: it is the key of the compiled pipeline. */
  readonly name: string;
  /**
   * WGSL statements. Each input is a storage array of its name, the output is `result`. The statements must
   * read every input, as a binding that is not used does not exist.
   */
  readonly body: string;
  /** WGSL functions for the body. @default none */
  readonly functions?: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  /** Integers that the program reads as `uniforms.name`. @default none */
  readonly integers?: Readonly<Record<string, number>>;
  /** Floats that the program reads as `uniforms.name`. @default none */
  readonly floats?: Readonly<Record<string, number>>;
  readonly shape: readonly number[];
  /** The number of threads. @default one per element of the output */
  readonly threads?: number;
  /** Whether the output starts as zeros and any thread can call `add(at, number)`. @default false */
  readonly accumulates?: boolean;
}

const WORKGROUP = 64;

/** WGSL has no atomic addition of floats, so this exchanges the bits until no other thread interferes. */
const ATOMIC_ADD = `
  fn add(at: i32, term: f32) {
    var old = atomicLoad(&result[at]);
    loop {
      let sum = bitcast<i32>(bitcast<f32>(old) + term);
      let exchange = atomicCompareExchangeWeak(&result[at], old, sum);
      if (exchange.exchanged) { break; }
      old = exchange.old_value;
    }
  }`;

/** Runs a program. @returns The output, float32, owned by the caller. */
export function runProgram(program: Program): TensorInfo {
  const device = backend() as unknown as ProgramBackend;
  const { inputs, integers = {}, floats = {}, accumulates = false } = program;
  const shape = [...program.shape];
  const size = util.sizeFromShape(shape);
  const output = accumulates
    ? runProgram({ name: "table_zeros", body: "result[index] = 0.0;", inputs: {}, shape })
    : device.makeTensorInfo(shape, "float32");
  const threads = program.threads ?? size;
  const fields = [
    ...Object.keys(integers).map((n) => `${n}: i32`),
    ...Object.keys(floats).map((n) => `${n}: f32`),
  ];
  const wgsl = `${accumulates ? ATOMIC_ADD : ""}
    ${program.functions ?? ""}
    fn main(index: i32) {
      if (index >= uniforms.threads) { return; }
      ${program.body}
    }`;
  device.runWebGPUProgram(
    {
      shaderKey: program.name,
      variableNames: Object.keys(inputs),
      uniforms: ["threads: i32", ...fields].map((field) => `${field}, `).join(""),
      outputShape: [size],
      workgroupSize: [WORKGROUP, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(threads / WORKGROUP), 1, 1],
      atomic: accumulates,
      getUserCode: () => wgsl,
    },
    // Inputs are flat, as the programs compute their indices without the backend's helpers for many axes.
    Object.values(inputs).map(flat),
    "float32",
    [
      { type: "int32", data: [threads] },
      ...Object.values(integers).map((value) => ({ type: "int32" as const, data: [value] })),
      ...Object.values(floats).map((value) => ({ type: "float32" as const, data: [value] })),
    ],
    flat(output),
  );
  return output;
}

function flat(tensor: TensorInfo): TensorInfo {
  return { dataId: tensor.dataId, dtype: tensor.dtype, shape: [util.sizeFromShape(tensor.shape)] };
}
