/** The look of the workbench, on top of the look of the page of runs. */

import { VIEW_STYLE } from "../../view/view-style.ts";

export const LABEL_STYLE = `${VIEW_STYLE}
html { scrollbar-gutter: auto; } body { overflow: hidden; }
#app { display: flex; flex-direction: column; height: 100dvh; }
.top { flex: none; } .folder { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; font-size: .9em; }
.top .right { flex: none; }
.bench { flex: 1; min-height: 0; display: grid; grid-template-columns: 268px minmax(0, 1fr) 296px; }
.banner { padding: .45rem 1rem; background: color-mix(in srgb, var(--found) 16%, var(--back)); border-bottom: 1px solid var(--found); }

.sheets-list { display: flex; flex-direction: column; min-height: 0; border-right: 1px solid var(--line); background: var(--card); }
.progress { padding: .7rem .9rem .4rem; } .progress progress { width: 100%; height: .5rem; accent-color: var(--good); }
.list-tools { display: flex; gap: .4rem; padding: .2rem .9rem .6rem; border-bottom: 1px solid var(--line); } .list-tools input[type=search] { width: 0; flex: 1; } .list-tools select { max-width: 7.6rem; }
.lines { overflow: auto; flex: 1; min-height: 0; } .lines ul, .lines ol { list-style: none; margin: 0; padding: 0; }
.none { padding: .7rem .9rem; }
.line-of { display: flex; align-items: center; gap: .55rem; height: 46px; padding: 0 .9rem; color: var(--text); text-decoration: none; border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
.line-of:hover { background: color-mix(in srgb, var(--text) 5%, transparent); } .line-of:focus-visible { outline-offset: -2px; }
.line-of[aria-current] { background: color-mix(in srgb, var(--accent) 13%, var(--back)); box-shadow: inset 3px 0 0 var(--accent); }
.line-of .mark { width: 1.1em; text-align: center; color: var(--soft); flex: none; } .line-of.s-labelled .mark, .line-of.s-empty .mark { color: var(--good); font-weight: 700; }
.line-of .names { min-width: 0; flex: 1; display: grid; line-height: 1.3; } .line-of b, .line-of .names small { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; } .line-of .names small { font-weight: 400; }
.count { flex: none; text-align: right; display: grid; justify-items: end; gap: 2px; }
.doubt { display: block; width: 42px; height: 4px; border-radius: 2px; background: var(--line); overflow: hidden; } .doubt i { display: block; height: 100%; background: var(--found); }

.middle { display: flex; flex-direction: column; min-width: 0; min-height: 0; padding: 0; }
.sheet-title { display: flex; align-items: baseline; gap: .7rem; padding: .55rem .9rem; white-space: nowrap; overflow: hidden; } .sheet-title h2 { font-size: 1.05rem; overflow: hidden; text-overflow: ellipsis; flex: none; max-width: 45%; } .sheet-title .soft { overflow: hidden; text-overflow: ellipsis; }
.heard { margin-left: auto; font-size: .88em; }
.sheet-note { padding: .4rem .9rem; border-top: 1px solid var(--line); background: color-mix(in srgb, var(--found) 9%, var(--back)); }
.scroller { flex: 1; min-height: 0; overflow: auto; position: relative; border-top: 1px solid var(--line); background: var(--card); touch-action: none; outline-offset: -2px !important; }
.scroller .space { position: relative; } .scroller canvas { position: sticky; top: 0; left: 0; display: block; }

.panel { border-left: 1px solid var(--line); padding: .7rem .9rem; overflow: auto; display: flex; flex-direction: column; min-height: 0; gap: .55rem; }
.panel h2 { font-size: .95rem; margin-top: .3rem; }
.state { font-weight: 600; display: grid; } .state.s-labelled, .state.s-empty { color: var(--good); } .state.s-open { color: var(--found); } .saved { font-weight: 400; min-height: 1.4em; }
.buttons { display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; } .panel .main { flex: 1 0 100%; padding: .4rem; font-weight: 600; }
.refusal { white-space: pre-line; padding: .4rem .6rem; border: 1px solid var(--bad); border-radius: 6px; color: var(--bad); } .refusal ul { margin: .2rem 0 0; padding-left: 1.1rem; }
.tables { flex: 0 1 auto; max-height: 45vh; min-height: 76px; border: 1px solid var(--line); border-radius: 8px; }
.table { display: flex; align-items: center; gap: .35rem; height: 36px; padding: 0 .45rem; border-bottom: 1px solid color-mix(in srgb, var(--line) 55%, transparent); } .table.on { background: color-mix(in srgb, var(--accent) 13%, var(--back)); }
.table .number { min-width: 1.9em; height: 24px; background: none; border-radius: 4px; color: var(--text); } .table.on .number { background: var(--accent); color: var(--back); font-weight: 600; }
.range { width: 0; flex: 1; min-width: 5.4rem; font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace !important; } .range[aria-invalid=true] { border-color: var(--bad); outline-color: var(--bad); }
.source { flex: none; max-width: 5.8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .table > button:last-child { color: var(--soft); font-size: 1.05rem; min-width: 24px; }
.new-table { display: flex; }
.confidence { border: 0; padding: 0; margin: .3rem 0 0; display: flex; gap: .35rem; } .confidence legend { padding: 0 0 .25rem; color: var(--soft); font-size: .9em; } .confidence button { flex: 1; }
.panel .field { margin: 0; color: var(--soft); font-size: .9em; } .panel textarea { font-size: 14px; color: var(--text); resize: vertical; }
.both { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } progress.wide { width: 100%; accent-color: var(--accent); }
.epochs svg { width: 100%; border: 1px solid var(--line); border-radius: 6px; margin-top: .3rem; } .epochs polyline { fill: none; stroke: var(--accent); stroke-width: 2.5; } .epochs .rule { stroke: var(--grid); } .epochs figcaption { color: var(--soft); margin-top: .8rem; }
.wrong { padding-left: 1.1rem; } a { color: var(--accent); } dialog code { overflow-wrap: anywhere; }
@media (max-width: 900px) {
  .bench { grid-template-columns: minmax(0, 1fr); grid-template-rows: 150px minmax(220px, 1fr) auto; } .sheets-list { border-right: 0; border-bottom: 1px solid var(--line); } .panel { border-left: 0; border-top: 1px solid var(--line); max-height: 38vh; }
  .top { height: 46px; padding: 0 .7rem; flex-wrap: nowrap; } .folder, .heard { display: none; } .progress { padding-bottom: 0; }
}
`;
