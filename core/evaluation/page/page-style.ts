/** The look of an evaluation's page: light and dark, wide and narrow. */

import { PAGE_COLORS, SHEET_STYLE } from "../../drawing/page-style.ts";

export const PAGE_STYLE = `${PAGE_COLORS}${SHEET_STYLE}
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
article { border: 1px solid var(--line); border-radius: 8px; margin: .9rem 0; padding: .7rem .9rem; content-visibility: auto; contain-intrinsic-size: auto 500px; scroll-margin-top: 7rem; }
article[hidden] { display: none; }
article h3 { font-size: .95rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; } article h3 small { color: var(--soft); font-weight: 400; }
pre { margin: .5rem 0 0; font: 12px/1.45 ui-monospace, monospace; color: var(--soft); white-space: pre-wrap; }
svg text { font: 9px system-ui, sans-serif; fill: var(--soft); }
.block { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 3; display: none; } .blocks .block { display: inline; }
.curve { max-width: 460px; width: 100%; height: auto; } .curve .axis { stroke: var(--line); } .curve text { font-size: 10px; }
.curve polyline { fill: none; stroke-width: 2; } .c-2 { stroke: var(--truth); } .c-0 { stroke: var(--found); stroke-dasharray: 5 3; }
.curve circle { fill: var(--back); stroke-width: 2; } .curve circle.c-0 { stroke-dasharray: none; }
@media (max-width: 600px) { th, td { padding: .2rem .35rem; } table { font-size: .82rem; } body { padding: 0 .7rem; margin: .8rem auto; } article { padding: .6rem; } .bar { position: static; } .bar label { margin-left: 0; } article { scroll-margin-top: 0; } }
`;
