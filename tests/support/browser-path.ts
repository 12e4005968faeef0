/** Where the browser of this machine lies, for tests and measurements of pages. */

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Null if there is none. `CHROMIUM` names one that is not on the path. */
export function chromiumPath(): string | null {
  return process.env.CHROMIUM ?? NAMES.map((name) => Bun.which(name)).find((path) => path !== null) ?? null;
}
