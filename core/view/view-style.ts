/** The look of the page of runs, on top of the look that all pages share. */

import { PAGE_COLORS, SHEET_STYLE } from "../drawing/page-style.ts";

export const VIEW_STYLE = `${PAGE_COLORS}${SHEET_STYLE}
:root { --accent: var(--truth); --axis-text: light-dark(#59636e, #9198a1); --axis-grid: light-dark(#eceff2, #21262d); --row: 34px; }
/* light-dark() is resolved where it is used; a canvas needs the colour itself */
.plot { --axis-text: #59636e; --axis-grid: #eceff2; --truth: #0b63c5; }
:root[data-theme=dark] .plot { --axis-text: #9198a1; --axis-grid: #21262d; --truth: #58a6ff; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) .plot { --axis-text: #9198a1; --axis-grid: #21262d; --truth: #58a6ff; } }
* { box-sizing: border-box; }
html { scrollbar-gutter: stable; }
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; color: var(--text); background: var(--back); }
#app > noscript { padding: 2rem; display: block; }
h1, h2, h3, p, dl, dd, figure { margin: 0; }
button, input, select, textarea { font: inherit; color: inherit; }
button { padding: .2rem .65rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); cursor: pointer; white-space: nowrap; }
button:hover:not(:disabled) { border-color: var(--soft); }
button:disabled { opacity: .5; cursor: default; }
button.plain { padding: 0 .25rem; border: 0; background: none; border-radius: 4px; }
button.plain:hover { background: color-mix(in srgb, var(--text) 9%, transparent); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--back); }
button.danger { color: var(--bad); border-color: color-mix(in srgb, var(--bad) 45%, var(--line)); }
button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--back); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
main:focus { outline: none; }
input[type=search], input[type=text], select, textarea { padding: .2rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); }
input[type=search] { width: 19rem; max-width: 100%; }
input[type=range] { accent-color: var(--accent); vertical-align: middle; width: 8rem; }
input[type=checkbox] { accent-color: var(--accent); }
code, pre, kbd { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
small { font-size: .85em; } .soft, small { color: var(--soft); } .small { font-size: .85em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; top: 4px; z-index: 9; }
.skip:focus { left: 4px; }
.fixed { display: inline-block; min-width: 2.4em; font-variant-numeric: tabular-nums; }
.dot { display: inline-block; width: .72em; height: .72em; border-radius: 50%; flex: none; }
.warn, .note-mark { display: inline-block; margin-left: .35rem; color: var(--soft); font-size: .85em; }
.warn { width: 1.25em; line-height: 1.25em; text-align: center; border-radius: 50%; background: var(--found); color: var(--back); font-weight: 700; }
.warn-line { color: var(--found); font-size: .9em; margin: .25rem 0; }
.tag { display: inline-block; padding: 0 .5em; margin-right: .3em; border-radius: 1em; background: color-mix(in srgb, var(--accent) 14%, transparent); font-size: .88em; line-height: 1.5; }

.top { display: flex; align-items: center; gap: 1.2rem; padding: 0 1rem; height: 46px; border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 5; background: var(--back); }
.top h1 { font-size: 1rem; letter-spacing: -.01em; } .top h1 span { color: var(--soft); font-weight: 400; }
.top nav { display: flex; align-self: stretch; gap: .2rem; }
.top nav button { border: 0; border-radius: 0; background: none; padding: 0 .7rem; border-bottom: 2px solid transparent; border-top: 2px solid transparent; color: var(--soft); }
.top nav button:hover { color: var(--text); }
.top nav button[aria-current] { color: var(--text); border-bottom-color: var(--accent); font-weight: 600; }
.top .right { margin-left: auto; display: flex; align-items: center; gap: .6rem; }
.top .right .plain { min-width: 26px; min-height: 26px; }
.line { color: var(--soft); font-size: .9em; } .line::before { content: ""; display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .4em; background: var(--line); }
.line:empty { display: none; }
.line.live::before { background: var(--good); animation: pulse 2s infinite; } .line.down { color: var(--found); } .line.down::before { background: var(--found); }
@keyframes pulse { 50% { opacity: .35; } }
@media (prefers-reduced-motion: reduce) { .line.live::before { animation: none; } }

main { padding: .8rem 1rem 2rem; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .9rem; margin-bottom: .7rem; }
.tools label { white-space: nowrap; color: var(--soft); } .tools select, .tools output { color: var(--text); }
.tools select { max-width: 13rem; }
footer { padding: .6rem 1rem; border-top: 1px solid var(--line); color: var(--soft); }
.empty { max-width: 34rem; margin: 10vh auto; text-align: center; color: var(--soft); }
.empty h2 { font-size: 1.15rem; color: var(--text); margin-bottom: .6rem; } .empty p, .empty pre { margin: .6rem 0; }
.empty pre { display: inline-block; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: var(--text); }
.choose { list-style: none; padding: 0; display: grid; gap: .4rem; text-align: left; } .choose button { width: 100%; text-align: left; padding: .45rem .8rem; color: var(--text); overflow: hidden; text-overflow: ellipsis; }

.chosen { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; padding: .4rem .7rem; margin-bottom: .6rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.chosen[hidden] { display: none; }
.runs { display: flex; flex-direction: column; height: calc(100dvh - 46px - 1.6rem); min-height: 320px; }
.frame { overflow: auto; flex: 1; border: 1px solid var(--line); border-radius: 8px; }
.frame table { border-collapse: separate; border-spacing: 0; min-width: 100%; font-variant-numeric: tabular-nums; }
.frame th { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--line); text-align: left; font-weight: 600; padding: 0 .55rem; height: var(--row); white-space: nowrap; }
.frame th button { font-weight: 600; color: var(--soft); margin: 0 -.25rem; } .frame th[aria-sort=ascending] button, .frame th[aria-sort=descending] button { color: var(--text); }
.frame td { height: var(--row); padding: 0 .55rem; border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent); white-space: nowrap; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
.frame tr.space td, .frame tr.space { border: 0; } .num { text-align: right !important; }
.frame tbody tr:hover td { background: color-mix(in srgb, var(--card) 80%, transparent); }
.frame tr.in td { background: color-mix(in srgb, var(--accent) 9%, var(--back)); }
.frame:focus-visible tr.current td:first-child { box-shadow: inset 3px 0 0 var(--accent); }
.frame tr.group td { background: var(--card); }
.pick { width: 3.4rem; } .pick input { vertical-align: middle; } .pick .dot { margin-left: .4rem; vertical-align: middle; }
.name { margin-left: -.25rem; max-width: 20rem; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; font-weight: 600; }
.frame progress { width: 4.5rem; height: .5rem; accent-color: var(--good); }
.status { white-space: nowrap; position: relative; } .status .mark { display: inline-block; width: 1.4em; text-align: center; font-size: .85em; color: var(--soft); }
.s-running .mark, .s-finished .mark { color: var(--good); } .s-failed .mark, .s-crashed .mark { color: var(--bad); } .s-interrupted .mark { color: var(--found); letter-spacing: -.2em; }

.strip { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem .5rem; padding: 0; margin: 0 0 .7rem; }
.strip li { display: inline-flex; align-items: center; gap: .35rem; max-width: 100%; padding: .1rem .35rem .1rem .55rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); font-size: .92em; }
.strip .name { margin: 0; font-weight: 400; max-width: 24rem; white-space: nowrap; } .strip .note { color: var(--found); }

.group h2 { font-size: .95rem; margin: 1rem 0 .45rem; } .group h2 button { font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(290px, 100%), 1fr)); gap: .6rem; }
.slot { height: 228px; }
.chart { height: 100%; padding: .45rem .5rem .3rem; border: 1px solid var(--line); border-radius: 8px; background: var(--back); position: relative; min-width: 0; }
.chart figcaption { display: flex; align-items: baseline; gap: .5rem; min-width: 0; }
.chart h3 { font-size: .92rem; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .chart h3 small { font-weight: 400; }
.chart figcaption button { margin-left: auto; color: var(--soft); } .wait { font-size: .8em; }
.chart.large { height: auto; margin-bottom: 1rem; } .chart.large h3 { font-size: 1.1rem; }
.readout { display: flex; gap: .2rem .9rem; height: 1.45em; overflow: hidden; font-size: .85rem; font-variant-numeric: tabular-nums; white-space: nowrap; } .large .readout { flex-wrap: wrap; height: auto; min-height: 1.45em; }
.readout > span { min-width: 0; overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto; } .readout > .place { flex: none; margin-left: auto; color: var(--soft); }
.dash { display: inline-block; width: 1.1em; border-top: 2.5px solid; vertical-align: .28em; margin-right: .35em; } .dash.dashed { border-top-style: dashed; }
.plot { position: relative; overflow: hidden; touch-action: pan-y; } .plot .none { position: absolute; inset: 0; display: grid; place-items: center; color: var(--soft); }
.plot:focus-visible { outline-offset: -2px; border-radius: 4px; }
.plot:has(.tip) { overflow: visible; z-index: 4; } .chart:has(.tip) { z-index: 4; }
.tip { position: absolute; top: 8px; z-index: 3; width: max-content; max-width: min(26rem, 70vw); padding: .3rem .5rem; border: 1px solid var(--line); border-radius: 6px; background: color-mix(in srgb, var(--back) 94%, transparent); font-size: .8rem; line-height: 1.5; pointer-events: none; box-shadow: 0 2px 8px rgb(0 0 0 / .12); }
.tip div { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .tip .near { font-weight: 600; } .tip span { font-variant-numeric: tabular-nums; }
.u-select { background: color-mix(in srgb, var(--accent) 18%, transparent); } .u-cursor-x { border-right-color: var(--soft); }

.kinds { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .3rem; margin-bottom: .5rem; } .kinds button { border-radius: 1rem; font-size: .88rem; padding: .05rem .6rem; }
.slider { display: flex; align-items: center; gap: .35rem; } .slider input { width: 12rem; } .slider .fixed { min-width: 3.6em; } .slider .wait { min-width: 3.4em; }
article { border: 1px solid var(--line); border-radius: 8px; margin: .7rem 0; padding: .6rem .8rem; } article h3 { font-size: .92rem; font-weight: 600; overflow-wrap: anywhere; }
article .sheet { min-height: 60px; } .sides { display: grid; gap: 1rem; } .pair .sides { grid-template-columns: 1fr 1fr; } .side { min-width: 0; }
.pair .sheet svg { max-width: 100%; } .whose { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; } .side .none { color: var(--soft); padding: 1rem 0; }
.sheets .legend { margin-bottom: .5rem; }

.details h3 { font-size: .92rem; margin: 1.3rem 0 .4rem; } .details .title { font-size: 1.3rem; overflow-wrap: anywhere; }
.tabs { display: flex; gap: .2rem; flex-wrap: wrap; } .tabs button { border: 0; background: none; color: var(--soft); border-radius: 6px; } .tabs button[aria-selected=true] { background: color-mix(in srgb, var(--accent) 13%, transparent); color: var(--text); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: .5rem; margin: .9rem 0; }
.tile { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); min-width: 0; } .tile b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; } .tile > span { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } .scroll table { border-collapse: collapse; font-variant-numeric: tabular-nums; } .scroll th, .scroll td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; } .scroll th { font-weight: 600; color: var(--soft); }
.diff th[scope=col] { color: var(--text); } .diff td { max-width: 24rem; overflow: hidden; text-overflow: ellipsis; } .diff .same { color: var(--soft); } .diff .heading { padding-top: 1rem; color: var(--text); }
.copy { display: flex; align-items: center; gap: .5rem; margin: .3rem 0; } .copy code { padding: .25rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); overflow-x: auto; white-space: nowrap; min-width: 0; }
.columns { columns: 22rem; column-gap: 2rem; margin-top: .6rem; } .details .facts h3 { margin: 0 0 .4rem; } .facts { padding-bottom: 1rem; break-inside: avoid-column; } .facts:last-child { break-inside: auto; }
.facts dl div { display: flex; gap: 1rem; border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent); padding: .1rem 0; break-inside: avoid; } .facts dt { flex: none; max-width: 70%; color: var(--soft); overflow-wrap: anywhere; } .facts dd { margin-left: auto; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.details pre { margin: .4rem 0 0; padding: .7rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: auto; max-height: 75dvh; } .details pre.console { white-space: pre-wrap; overflow-wrap: anywhere; } .notes { white-space: pre-wrap; }

dialog { width: min(36rem, calc(100vw - 2rem)); max-height: 82dvh; padding: 0; border: 1px solid var(--line); border-radius: 10px; color: var(--text); background: var(--back); } dialog::backdrop { background: rgb(0 0 0 / .4); }
dialog header { display: flex; align-items: center; padding: .7rem 1rem; border-bottom: 1px solid var(--line); position: sticky; top: 0; background: var(--back); } dialog h2 { font-size: 1.02rem; overflow-wrap: anywhere; } dialog header button { margin-left: auto; font-size: 1.2rem; }
dialog .inside { padding: .9rem 1rem 1.1rem; } dialog h3 { font-size: .92rem; margin: .8rem 0 .3rem; } dialog p { margin: .5rem 0; } .choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .15rem .8rem; } .choices label { overflow-wrap: anywhere; }
.names { max-height: 12rem; overflow: auto; overflow-wrap: anywhere; padding-left: 1.2rem; } .field { display: grid; gap: .25rem; margin-bottom: .7rem; }
.keys div { display: flex; gap: 1rem; padding: .15rem 0; } .keys dt { flex: none; width: 12.5rem; } kbd { padding: 0 .35em; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
.messages { position: fixed; left: 1rem; bottom: 1rem; z-index: 20; } .messages p { padding: .5rem .8rem; border-radius: 8px; background: var(--text); color: var(--back); max-width: min(40rem, calc(100vw - 2rem)); } .messages .problem { background: var(--bad); }

@media (max-width: 640px) {
  .top { flex-wrap: wrap; height: auto; gap: 0 .8rem; padding: .3rem .7rem 0; position: static; } .top nav { order: 3; width: 100%; height: 36px; margin: 0 -.2rem; } .top nav button { flex: 1; padding: 0 .2rem; }
  main { padding: .6rem .6rem 2rem; } .tools { gap: .4rem .6rem; } input[type=search] { width: 100%; } .tools > input[type=search] { flex: 1 0 100%; }
  .runs { height: calc(100dvh - 82px - 1.2rem); } .pick { width: 2.6rem; } .frame th.c-name, .frame td.c-name { position: sticky; left: 0; z-index: 1; background: var(--back); } .frame th.c-name { z-index: 3; background: var(--card); } .frame tr.in td.c-name { background: color-mix(in srgb, var(--accent) 9%, var(--back)); } .name { max-width: 9.5rem; }
  .frame .c-status > .status > span:last-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .strip { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: thin; } .strip li { flex: none; } .pair .sides { grid-template-columns: 1fr; } .sheet svg { max-width: none; } article { padding: .5rem; } .slider input { width: 9rem; } button { min-height: 30px; }
}
@media print {
  .plot[data-drawn=dark] canvas { filter: invert(1) hue-rotate(180deg); }
  .top nav, .top .right, .tools, .chosen, .kinds, .messages, .strip button, .chart figcaption button, .skip { display: none !important; } .top { position: static; }
  main { padding-bottom: 0; } .runs { display: block; min-height: 0; } .runs, .frame { height: auto; overflow: visible; } .frame { --row: 22px; font-size: 9px; border: 0; } .frame tr { break-inside: avoid; }
  .pick input, .copy button, .slot:empty { display: none; } .dot, .tag, .legend i { print-color-adjust: exact; } .chart, article { break-inside: avoid; } .charts { grid-template-columns: 1fr 1fr; } :root { color-scheme: light; }
}
`;
