/** The look that all pages share: colours for light and dark, tables, and the drawings of sheets. */

import { FILL_COLORS } from "../features/fill-runs.ts";

/** The fills on a dark page, in the order of the buckets. White becomes the dark of the page. */
const DARK_FILLS = ["#8d949c", "#161b22", "#343b44", "#5c3532", "#57491d", "#28482b", "#274467", "#46345a"];

const FILL_RULES = FILL_COLORS.map((color, bucket) => {
  return `.f${bucket} { fill: light-dark(${color}, ${DARK_FILLS[bucket]}); }`;
});

/** The colours by name. They follow the system; `data-theme` on the root element overrules it. */
export const PAGE_COLORS = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e6edf3); --soft: light-dark(#59636e, #9198a1); --line: light-dark(#d5dbe1, #3d444d);
  --back: light-dark(#ffffff, #0d1117); --card: light-dark(#f6f8fa, #161b22); --grid: light-dark(#e6e9ec, #262c35);
  --mark: light-dark(#a4abb3, #7d8590); --strong: light-dark(#555d66, #c4ccd5); --number: light-dark(#8db0d6, #6a94c4);
  --border: light-dark(#5b6269, #9aa2ab); --truth: light-dark(#0b63c5, #58a6ff); --found: light-dark(#c94a00, #ff9248);
  --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#c21f1f, #ff7b72);
}
:root[data-theme=light] { color-scheme: light; } :root[data-theme=dark] { color-scheme: dark; }
`;

/** The drawings of sheets (`draw-sheet.ts`) and their legend. */
export const SHEET_STYLE = `
${FILL_RULES.join(" ")}
.legend { font-size: .85rem; color: var(--soft); } .legend span { margin-right: 1rem; white-space: nowrap; }
.legend i { display: inline-block; width: 1.5em; height: .85em; margin-right: .35em; vertical-align: -.08em; }
.l-truth { border: 2.5px solid var(--truth); } .l-found { border: 2px dashed var(--found); }
.l-missed { border: 2.5px solid var(--truth); background: color-mix(in srgb, var(--truth) 30%, transparent); }
.l-false { border: 2px dashed var(--found); background: color-mix(in srgb, var(--found) 30%, transparent); }
.chips { margin: .25rem 0 .5rem; font-size: .82rem; } .chips span { display: inline-block; margin: 0 .35rem .2rem 0; padding: 0 .5rem; border-radius: 1rem; border: 1px solid var(--line); color: var(--soft); }
.chips .good { color: var(--good); } .chips .bad { color: var(--bad); border-color: currentColor; }
.sheet { overflow: auto; max-height: 85vh; }
.sheet svg { display: block; max-width: max(100%, 600px); height: auto; }
.sheet svg text { font: 9px system-ui, sans-serif; fill: var(--soft); }
.rl { text-anchor: end; } .cl { text-anchor: middle; }
.sheet svg .tx { fill: var(--text); font-size: 9px; } .sheet svg .score { fill: var(--found); font-size: 10px; font-weight: 600; text-anchor: end; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.gl { stroke: var(--grid); fill: none; stroke-width: .7; } .bd { stroke: var(--border); fill: none; stroke-width: 1; }
.mt { stroke: var(--mark); fill: none; } .mn { stroke: var(--number); fill: none; } .mb { stroke: var(--strong); fill: none; }
.gap { fill: var(--line); opacity: .75; } .gt { text-anchor: middle; }
.truth { fill: none; stroke: var(--truth); stroke-width: 3; pointer-events: all; }
.pred { fill: none; stroke: var(--found); stroke-width: 2; stroke-dasharray: 6 4; pointer-events: stroke; }
.truth.k-missed { fill: var(--truth); fill-opacity: .2; } .pred.k-false, .pred.k-duplicate { fill: var(--found); fill-opacity: .2; }
`;
