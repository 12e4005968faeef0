/** Turns a drawing into a picture. */

import { readFileSync } from "node:fs";

type Renderer = typeof import("@resvg/resvg-wasm");

/** Two that start at once would take each other's memory away, so there is one per process. */
let renderer: Promise<Renderer> | null = null;

/**
 * Draws an SVG as PNG, for `run.logImage` for example. The renderer is loaded with the first drawing. It is
 * WebAssembly: a package with machine code would have it in optional packages, one per system, which the
 * smallest installation leaves out.
 *
 * @param svg Its texts are left out, since no fonts are loaded. The picture has the size of its root.
 * @returns The bytes of a PNG file.
 * @throws {Error} If the text is no SVG.
 */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  renderer ??= startRenderer();
  const { Resvg } = await renderer;
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

async function startRenderer(): Promise<Renderer> {
  // Imported only here: most processes draw nothing.
  const module = await import("@resvg/resvg-wasm");
  const program = Bun.resolveSync("@resvg/resvg-wasm/index_bg.wasm", import.meta.dir);
  try {
    await module.initWasm(readFileSync(program));
  } catch (error) {
    // Somebody else's plugin has started it.
    if (!String(error).includes("Already initialized")) throw error;
  }
  return module;
}
