/** Turns a drawing into a picture. */

import { readFileSync } from "node:fs";

/**
 * The bytes of a PNG file. The renderer is WebAssembly: a package with machine code would have it in optional
 * packages, one per system, which the smallest installation leaves out.
 *
 * @param svg Without text: no fonts are loaded.
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  // Imported only here: a run that draws nothing needs no renderer.
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const program = Bun.resolveSync("@resvg/resvg-wasm/index_bg.wasm", import.meta.dir);
  try {
    await initWasm(readFileSync(program));
  } catch (error) {
    // Once per process: whoever drew before has started it.
    if (!String(error).includes("Already initialized")) throw error;
  }
  const drawing = new Resvg(svg);
  try {
    const picture = drawing.render();
    try {
      return picture.asPng();
    } finally {
      picture.free();
    }
  } finally {
    drawing.free();
  }
}
