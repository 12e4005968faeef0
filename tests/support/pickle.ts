/**
 * Hand-made PyTorch files: pickles byte by byte, in an archive with right sums, so that only the pickle is at
 * fault.
 */

import { writeStoredZip, type ZipEntry } from "../../core/checkpoint/stored-zip-writer.ts";
import { AtomicOutput } from "../../core/files/atomic-output.ts";

/** Joins text (as latin1) and bytes. */
export function bytes(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "number") return Uint8Array.of(part);
      return typeof part === "string" ? Buffer.from(part, "latin1") : part;
    }),
  );
}

/** A 32-bit number, little-endian. */
export function u32(value: number): Uint8Array {
  const result = Buffer.alloc(4);
  result.writeUInt32LE(value);
  return result;
}

/** BINUNICODE. */
export function text(value: string): Uint8Array {
  const encoded = Buffer.from(value);
  return bytes("X", u32(encoded.length), encoded);
}

/** BININT. */
export function int(value: number): Uint8Array {
  const result = Buffer.alloc(4);
  result.writeInt32LE(value);
  return bytes("J", result);
}

/** `_rebuild_tensor_v2` over the storage `data/0`. */
export function tensor(options: {
  storage?: string;
  elements: number;
  offset?: number;
  shape: readonly number[];
  strides: readonly number[];
  key?: string;
}): Uint8Array {
  const numbers = (values: readonly number[]) => bytes("(", ...values.map(int), "t");
  return bytes(
    "ctorch._utils\n_rebuild_tensor_v2\n((",
    text("storage"),
    `ctorch\n${options.storage ?? "FloatStorage"}\n`,
    text(options.key ?? "0"),
    text("cpu"),
    int(options.elements),
    "tQ",
    int(options.offset ?? 0),
    numbers(options.shape),
    numbers(options.strides),
    "\x89ccollections\nOrderedDict\n)RtR",
  );
}

/** Writes a file around a pickle's body; protocol and STOP are added. */
export function writePickleFile(
  path: string,
  body: Uint8Array,
  storages: readonly Uint8Array[] = [],
  more: readonly ZipEntry[] = [],
): void {
  writeArchive(path, [
    { name: "archive/data.pkl", bytes: bytes("\x80\x02", body, ".") },
    ...storages.map((storage, i) => ({ name: `archive/data/${i}`, bytes: storage })),
    ...more,
    { name: "archive/version", bytes: bytes("3\n") },
  ]);
}

export function writeArchive(
  path: string,
  entries: readonly ZipEntry[],
  zip64: "needed" | "always" = "needed",
): void {
  const output = new AtomicOutput(path);
  writeStoredZip(output, entries, { zip64 });
  output.commit();
}
