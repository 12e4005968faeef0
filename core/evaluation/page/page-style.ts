/** The look of an evaluation's page: light and dark, wide and narrow. */

import { FILL_COLORS } from "../../features/fill-runs.ts";

/** The fills on a dark page, in the order of the buckets. White becomes the dark of the page. */
const DARK_FILLS = ["#8d949c", "#161b22", "#343b44", "#5c3532", "#57491d", "#28482b", "#274467", "#46345a"];

const fillRules = (colors: readonly string[]) =>
  colors.map((color, bucket) => `.f${bucket} { fill: ${color}; }`).join(" ");

const DARK = `
--text: #e6edf3; --soft: #9198a1; --line: #3d444d; --back: #0d1117; --card: #161b22; --grid: #262c35;
--mark: #7d8590; --strong: #c4ccd5; --number: #6a94c4; --border: #9aa2ab;
--truth: #58a6ff; --found: #ff9248; --good: #3fb950; --bad: #ff7b72;`;

export const PAGE_STYLE = `
:root {
  --text: #1b1f24; --soft: #59636e; --line: #d5dbe1; --back: #ffffff; --card: #f6f8fa; --grid: #e6e9ec;
  --mark: #a4abb3; --strong: #555d66; --number: #8db0d6; --border: #5b6269;
  --truth: #0b63c5; --found: #c94a00; --good: #1a7f37; --bad: #c21f1f; color-scheme: light dark;
}
${fillRules(FILL_COLORS)}
@media (prefers-color-scheme: dark) { :root {${DARK} } ${fillRules(DARK_FILLS)} }
* { box-sizing: border-box; }
body { margin: 1.5rem auto; padding: 0 1.2rem; max-width: 1080px; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; }
p { color: var(--soft); margin: .2rem 0 .9rem; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .7rem; margin: 1rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; font-size: .9rem; }
th, td { padding: .22rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th[colspan] { text-align: center; } th { color: var(--soft); font-weight: 600; }
td.base, th.base { color: var(--soft); } .first { border-left: 1px solid var(--line); }
tr.chosen td { background: var(--card); font-weight: 600; }
details { margin: .5rem 0; } summary { cursor: pointer; font-weight: 600; }
.bar { position: sticky; top: 0; z-index: 1; padding: .55rem 0; background: var(--back); border-bottom: 1px solid var(--line); }
.bar button { font: inherit; font-size: .85rem; margin: 0 .3rem .35rem 0; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: var(--text); cursor: pointer; }
.bar button[aria-pressed=true] { background: var(--truth); border-color: var(--truth); color: var(--back); }
.bar button:disabled { opacity: .45; cursor: default; }
.bar input[type=search] { font: inherit; font-size: .85rem; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: var(--text); width: 12rem; }
.bar label { font-size: .85rem; margin: 0 1rem 0 .5rem; white-space: nowrap; }
.legend { font-size: .85rem; color: var(--soft); } .legend span { margin-right: 1rem; white-space: nowrap; }
.legend i { display: inline-block; width: 1.5em; height: .85em; margin-right: .35em; vertical-align: -.08em; }
.l-truth { border: 2.5px solid var(--truth); } .l-found { border: 2px dashed var(--found); }
.l-missed { border: 2.5px solid var(--truth); background: color-mix(in srgb, var(--truth) 30%, transparent); }
.l-false { border: 2px dashed var(--found); background: color-mix(in srgb, var(--found) 30%, transparent); }
article { border: 1px solid var(--line); border-radius: 8px; margin: .9rem 0; padding: .7rem .9rem; content-visibility: auto; contain-intrinsic-size: auto 500px; scroll-margin-top: 7rem; }
article[hidden] { display: none; }
article h3 { font-size: .95rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; } article h3 small { color: var(--soft); font-weight: 400; }
.chips { margin: .25rem 0 .5rem; font-size: .82rem; } .chips span { display: inline-block; margin: 0 .35rem .2rem 0; padding: 0 .5rem; border-radius: 1rem; border: 1px solid var(--line); color: var(--soft); }
.chips .good { color: var(--good); } .chips .bad { color: var(--bad); border-color: currentColor; }
.sheet { overflow: auto; max-height: 85vh; }
.sheet svg { display: block; max-width: max(100%, 600px); height: auto; }
pre { margin: .5rem 0 0; font: 12px/1.45 ui-monospace, monospace; color: var(--soft); white-space: pre-wrap; }
svg text { font: 9px system-ui, sans-serif; fill: var(--soft); }
.rl { text-anchor: end; } .cl { text-anchor: middle; }
svg .tx { fill: var(--text); font-size: 9px; } svg .score { fill: var(--found); font-size: 10px; font-weight: 600; text-anchor: end; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.gl { stroke: var(--grid); fill: none; stroke-width: .7; } .bd { stroke: var(--border); fill: none; stroke-width: 1; }
.mt { stroke: var(--mark); fill: none; } .mn { stroke: var(--number); fill: none; } .mb { stroke: var(--strong); fill: none; }
.gap { fill: var(--line); opacity: .75; } .gt { text-anchor: middle; }
.truth { fill: none; stroke: var(--truth); stroke-width: 3; pointer-events: all; }
.pred { fill: none; stroke: var(--found); stroke-width: 2; stroke-dasharray: 6 4; pointer-events: stroke; }
.truth.k-missed { fill: var(--truth); fill-opacity: .2; } .pred.k-false, .pred.k-duplicate { fill: var(--found); fill-opacity: .2; }
.block { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 3; display: none; } .blocks .block { display: inline; }
.curve { max-width: 460px; width: 100%; height: auto; } .curve .axis { stroke: var(--line); } .curve text { font-size: 10px; }
.curve polyline { fill: none; stroke-width: 2; } .c-2 { stroke: var(--truth); } .c-0 { stroke: var(--found); stroke-dasharray: 5 3; }
.curve circle { fill: var(--back); stroke-width: 2; } .curve circle.c-0 { stroke-dasharray: none; }
@media (max-width: 600px) { th, td { padding: .2rem .35rem; } table { font-size: .82rem; } body { padding: 0 .7rem; margin: .8rem auto; } article { padding: .6rem; } .bar { position: static; } .bar label { margin-left: 0; } article { scroll-margin-top: 0; } }
`;
