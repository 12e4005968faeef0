/** Tests that kernels.wasm belongs to its sources and brings no memory of its own. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HASH_SECTION, sourceHash } from "../../core/tensor/wasm/build.ts";

const module = new WebAssembly.Module(
  readFileSync(join(import.meta.dir, "..", "..", "core", "tensor", "wasm", "kernels.wasm")),
);

test("kernels.wasm was built from the sources beside it (else: bun core/tensor/wasm/build.ts)", () => {
  const [section] = WebAssembly.Module.customSections(module, HASH_SECTION);
  expect(new TextDecoder().decode(section)).toBe(sourceHash());
});

test("kernels.wasm takes the backend's memory and brings nothing of its own", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  expect(WebAssembly.Module.exports(module).every(({ kind }) => kind === "function")).toBe(true);
  // Another instance's memory stays as it was: no data segment is written into it.
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).fill(7);
  new WebAssembly.Instance(module, { env: { memory } });
  expect(new Uint8Array(memory.buffer).every((byte) => byte === 7)).toBe(true);
});
