/** Reads PyTorch files in the zip format that `torch.save` has written since version 1.6. */

import { decodePickle } from "./pickle-decoder.ts";
import type { PtValue } from "./pt-value.ts";
import { DAMAGED, unreadable } from "./read-error.ts";
import { StoredZip } from "./stored-zip-reader.ts";
import { TensorBuilder } from "./tensor-builder.ts";

/**
 * The value of a file, as `torch.load(path, weights_only=True, map_location="cpu")` returns it:
 * dictionaries (also OrderedDicts) as Maps, lists and tuples as arrays, whole numbers beyond 2^53 as
 * bigints. Tensors are contiguous. Those that shared a storage share memory, unless their strides required
 * a copy. Nothing in a file is ever run.
 *
 * Reading takes at most twice the file's size and 64 MB of memory. Every entry is checked against its
 * checksum.
 *
 * @throws {UserError} If the file is missing, damaged, of another kind, or holds a value that is not
 *   accepted.
 */
export function readPtFile(path: string): PtValue {
  const zip = new StoredZip(path);
  try {
    const folder = archiveFolder(zip);
    const pickle = zip.read(`${folder}/data.pkl`);
    return decodePickle(pickle, zip, new TensorBuilder(zip, folder, byteOrder(zip, folder)));
  } finally {
    zip.close();
  }
}

/** The folder in the archive that holds `data.pkl`. It has the name that the file had when it was saved. */
function archiveFolder(zip: StoredZip): string {
  const names = [...zip.names];
  const torchScript = names.some((name) => name.endsWith("/constants.pkl"));
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle && !torchScript) return pickle.slice(0, -"/data.pkl".length);
  throw unreadable(zip.path, {
    expected: "a zip file with a data.pkl, as torch.save writes it",
    got: torchScript ? "a TorchScript module" : "a zip file of another kind",
    fix: torchScript
      ? "in PyTorch: torch.save(torch.jit.load(file).state_dict(), new_file)"
      : "name a .pt file of this project or of torch.save",
  });
}

/** Checks the byte order. PyTorch before 2.1 did not write it; its machines are little-endian. */
function byteOrder(zip: StoredZip, folder: string): "little" | "big" {
  const name = `${folder}/byteorder`;
  const bytes = zip.sizeOf(name);
  if (bytes === null) return "little";
  const order = bytes > 16 ? `${bytes} bytes` : Buffer.from(zip.read(name)).toString("latin1");
  if (order === "little" || order === "big") return order;
  throw unreadable(zip.path, { where: name, expected: "little or big", got: order, fix: DAMAGED });
}
