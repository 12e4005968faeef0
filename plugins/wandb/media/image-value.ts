/** Images in W&B's form: a PNG file below `files/media/images/` and a value in a row that names it. */

import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../../../core/plugin.ts";

export interface SavedImage {
  /** The path below the run's `files/`, with `/`. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly caption: string;
}

const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Writes an image. The name of the file is made of the image's name, its step and a digest of its content.
 *
 * @param files The folder `files/` of the log.
 * @throws {TypeError} If the bytes are not those of a PNG file.
 */
export function saveImage(
  files: string,
  image: { name: string; step: number; png: Uint8Array; caption: string },
): SavedImage {
  const { name, step, png, caption } = image;
  const size = pngSize(png);
  if (!size) throw new TypeError(`Cannot log the image "${name}": a PNG file is expected`);
  const sha256 = createHash("sha256").update(png).digest("hex");
  const stem = name.replace(/[^\w/.-]+/g, "_").replace(/^\/+|\.\.+/g, "_");
  // Without `//` and `/./`, which file systems and servers take for `/`: the file would have another name.
  const path = `media/images/${stem}_${step}_${sha256.slice(0, 20)}.png`.replace(/\/(?:\.?\/)+/g, "/");
  const target = join(files, ...path.split("/"));
  mkdirSync(dirname(target), { recursive: true });
  writeFileAtomic(target, png);
  return { path, sha256, size: png.length, caption, ...size };
}

/** The value in a row for the images that were logged under one name: one image or a list. */
export function imageValue(images: readonly SavedImage[]): Record<string, unknown> {
  const [first] = images;
  if (images.length === 1 && first) {
    const { path, sha256, size, width, height, caption } = first;
    return { _type: "image-file", path, sha256, size, format: "png", width, height, caption };
  }
  return {
    _type: "images/separated",
    count: images.length,
    format: "png",
    width: Math.max(...images.map(({ width }) => width)),
    height: Math.max(...images.map(({ height }) => height)),
    filenames: images.map(({ path }) => path),
    captions: images.map(({ caption }) => caption),
  };
}

/**
 * Width and height in pixels from the header chunk (PNG specification, 11.2.2); null if the bytes are no PNG
 * file.
 */
function pngSize(png: Uint8Array): { width: number; height: number } | null {
  if (png.length < 24 || PNG_SIGNATURE.some((byte, i) => png[i] !== byte)) return null;
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
