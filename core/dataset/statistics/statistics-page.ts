/** The statistics of several datasets as one page that loads nothing from elsewhere. */

import { escapeHtml } from "../../base/escape-html.ts";
import { PAGE_COLORS } from "../../drawing/page-style.ts";
import { CHANNELS } from "../../features/grid.ts";
import { pageStart } from "../../files/own-page.ts";
import { type ChannelStatistics, type DatasetStatistics, MEASURES } from "./dataset-statistics.ts";
import type { Measure } from "./distribution.ts";
import { svgHistogram } from "./svg-histogram.ts";

/** The colours of Okabe and Ito, which colour-blind people can tell apart. */
const COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];

const STYLE = `${PAGE_COLORS}
body { margin: 2rem auto; padding: 0 1.5rem; max-width: 1020px; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .8rem; }
h3 { font-size: .95rem; margin: 0 0 .5rem; font-weight: 600; }
p { color: var(--soft); margin: .2rem 0 1rem; }
.legend { position: sticky; top: 0; padding: .5rem 0; background: var(--back); border-bottom: 1px solid var(--line); }
.legend span { margin-right: 1.4rem; white-space: nowrap; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1rem; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem .4rem; }
svg { width: 100%; height: auto; } svg text { font: 10px system-ui, sans-serif; fill: var(--soft); }
.grid { stroke: var(--line); stroke-width: 1; }
td.bar { min-width: 76px; padding: .25rem .45rem; position: relative; }
td.bar b { position: absolute; left: .3rem; top: .2rem; bottom: .2rem; border-radius: 2px; opacity: .35; }
td.bar span { position: relative; }
`;

/** The page as HTML. @param title Names the datasets and splits. */
export function statisticsPage(title: string, datasets: readonly DatasetStatistics[]): string {
  const colorOf = (index: number) => COLORS[index % COLORS.length]!;
  const legend = datasets.map(
    ({ dataset }, index) => `<span><i style="background:${colorOf(index)}"></i>${escapeHtml(dataset)}</span>`,
  );
  const charts = MEASURES.map((measure) => chart(measure, datasets, colorOf));
  return `${pageStart(title, STYLE)}
<p>Labelled sheets as training sees them.</p>
<div class="legend">${legend.join("")}</div>
<h2>Counts</h2>
<div class="scroll">${counts(datasets)}</div>
<h2>Histograms</h2>
<p>Share of all sheets, or of all tables, of each dataset.</p>
<div class="charts">
${charts.join("\n")}
</div>
<h2>Quantiles</h2>
<div class="scroll">${quantiles(datasets)}</div>
<h2>Features</h2>
<p>On how many sheets any cell has a feature; and the share of cells that have it, mean over sheets: of those inside tables
and of those outside.</p>
<div class="scroll">${features(datasets, colorOf)}</div>
</body>
</html>
`;
}

function counts(datasets: readonly DatasetStatistics[]): string {
  const rows = datasets.map((one) => [
    one.dataset,
    ...[one.workbooks, one.sheets, one.tables, one.sheetsWithoutTables, one.leftOut].map(String),
  ]);
  return htmlTable(["dataset", "workbooks", "sheets", "tables", "sheets without tables", "left out"], rows);
}

function chart(
  { name, of, unit, bins }: Measure,
  datasets: readonly DatasetStatistics[],
  colorOf: (index: number) => string,
): string {
  const series = datasets.map(({ dataset, distributions }, index) => {
    const { count, histogram } = distributions[name]!;
    const bars = histogram.map((each) => ({ count: each, share: count === 0 ? 0 : each / count }));
    return { name: dataset, color: colorOf(index), bars };
  });
  const labels = bins.map(({ label }) => label);
  const heading = unit === "" ? name : `${name}, ${unit}`;
  return `<div class="chart"><h3>${escapeHtml(heading)}</h3>${svgHistogram(labels, series, of)}</div>`;
}

function quantiles(datasets: readonly DatasetStatistics[]): string {
  const rows = MEASURES.flatMap(({ name, unit }) =>
    datasets.map(({ dataset, distributions }) => {
      const { min, p10, median, p90, max, mean } = distributions[name]!;
      const whole = [min, p10, median, p90, max].map((value) => (value === null ? "–" : value.toFixed(0)));
      return [
        unit === "" ? name : `${name}, ${unit}`,
        dataset,
        ...whole,
        mean === null ? "–" : mean.toFixed(1),
      ];
    }),
  );
  return htmlTable(["", "dataset", "min", "10 %", "median", "90 %", "max", "mean"], rows);
}

const SHARES = [
  ["on sheets", "ofSheets"],
  ["in tables", "inTables"],
  ["outside", "outside"],
] as const satisfies readonly (readonly [string, keyof ChannelStatistics])[];

function features(datasets: readonly DatasetStatistics[], colorOf: (index: number) => string): string {
  const groups = SHARES.map(([title]) => `<th colspan="${datasets.length}">${title}</th>`).join("");
  const names = datasets.map(({ dataset }) => `<th>${escapeHtml(dataset)}</th>`).join("");
  const rows = CHANNELS.map((channel, c) => {
    const cells = SHARES.flatMap(([, key]) =>
      datasets.map(({ channels }, index) => {
        const share = channels[c]![key];
        if (share === null) return "<td>–</td>";
        const bar = `<b style="width:${(share * 92).toFixed(1)}%;background:${colorOf(index)}"></b>`;
        return `<td class="bar">${bar}<span>${(100 * share).toFixed(1)} %</span></td>`;
      }),
    );
    return `<tr><td>${channel}</td>${cells.join("")}</tr>`;
  });
  const head = `<tr><th>feature</th>${groups}</tr><tr><th></th>${names.repeat(SHARES.length)}</tr>`;
  return `<table>${head}${rows.join("\n")}</table>`;
}

function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: "th" | "td", cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${line("th", head)}${rows.map((row) => line("td", row)).join("\n")}</table>`;
}
