/** Names of artifacts. */

/**
 * A name for an artifact that W&B and all file systems accept. Everything except letters, digits, `-`, `_`
 * and `.` becomes `_`; the name has at most 128 characters.
 */
export function artifactName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]+/g, "_").slice(0, 128);
}
