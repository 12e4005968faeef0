/** The page of runs as the browser loads it: its sources, bundled in memory when they are needed. */

import { join } from "node:path";
import { pageHead } from "../files/own-page.ts";
import { VIEW_STYLE } from "./view-style.ts";

/** The page itself, and what it loads by name. */
export interface PageAssets {
  /** ECMAScript; one module. */
  readonly script: string;
  /** CSS. */
  readonly style: string;
}

/** What the served page loads, relative to its address. */
export const ASSET_PATHS = { script: "assets/page.js", style: "assets/page.css" } as const;

const TITLE = "Runs · tablesense2";
const NO_SCRIPT = "<noscript>This page needs JavaScript.</noscript>";

/** Bundles the sources, which takes about 0.1 s. @throws {Error} If they do not hold together. */
export async function pageAssets(): Promise<PageAssets> {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "page/main.tsx")],
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const script = await built.outputs[0]!.text();
  const uplot = await Bun.file(Bun.resolveSync("uplot/dist/uPlot.min.css", import.meta.dir)).text();
  return { script, style: `${uplot}\n${VIEW_STYLE}` };
}

/** The page that asks a server. */
export function servedPage(): string {
  return `${pageHead(TITLE, "", `<link rel="stylesheet" href="${ASSET_PATHS.style}">`)}
<div id="app">${NO_SCRIPT}</div>
<script type="module" src="${ASSET_PATHS.script}"></script>
</body>
</html>
`;
}

/**
 * The page with everything in it, which asks nobody.
 *
 * @param data JSON of the answers (`EmbeddedAnswers`, `EmbeddedMetrics`).
 */
export function wholePage(title: string, { script, style }: PageAssets, data: string): string[] {
  return [
    `${pageHead(title, style)}
<div id="app">${NO_SCRIPT}</div>
<script type="application/json" id="data">`,
    // no text of the data may end the element
    data.replaceAll("<", "\\u003c"),
    `</script>
<script type="module">`,
    script.replaceAll("</script", "<\\/script"),
    `</script>
</body>
</html>
`,
  ];
}
