/** The page of runs as one file that holds everything that it shows and asks nobody. */

import { pageHead } from "../files/own-page.ts";
import type { EmbeddedReport } from "./embedded-report.ts";
import type { PageBundle } from "./page-bundle.ts";

/** The page in pieces, which are to be joined. */
export function reportPage(title: string, { script, style }: PageBundle, report: EmbeddedReport): string[] {
  return [
    `${pageHead(title, style)}
<div id="app"><noscript>This report needs JavaScript.</noscript></div>
<script type="application/json" id="data">`,
    // no text of the data may end the element
    JSON.stringify(report).replaceAll("<", "\\u003c"),
    `</script>
<script type="module">`,
    script.replaceAll("</script", "<\\/script"),
    `</script>
</body>
</html>
`,
  ];
}
