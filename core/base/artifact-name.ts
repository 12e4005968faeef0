/** Names that hold everywhere an artifact is kept. */

/** A name that W&B and file systems accept for an artifact: anything but letters, digits, `-`, `_`, `.` becomes `_`. */
export function artifactName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]+/g, "_").slice(0, 128);
}
