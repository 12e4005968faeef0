/** Which charts there are: one per metric, with validation beside training, in sections by prefix. */

export interface ChartSpec {
  /** The metric, or the first of them: it names the chart in the address. */
  readonly key: string;
  readonly title: string;
  /** The metrics that the chart draws: one, or that of training and, dashed, that of validation. */
  readonly metrics: readonly string[];
  readonly kind: "curve" | "histogram";
}

export interface ChartSection {
  readonly name: string;
  readonly charts: readonly ChartSpec[];
}

const TRAIN = "train/";
const VAL = "val/";
const HISTOGRAMS = "histograms of gradients";
/** The sections with a place of their own; the others stand in the middle by name. */
const FIRST = ["val", "train", "step_val"];
const LAST = ["control", "system", HISTOGRAMS];
/** The metrics that people look at first. */
const LEADING = ["val/f1", "val/precision", "val/recall", "train/loss"];

/**
 * The charts of a view.
 *
 * @param names The metrics of all chosen runs.
 * @param histograms The parameters that have histograms.
 * @param search Words that the name of a chart has to have.
 * @param isApart True: validation has charts of its own.
 */
export function chartSections(
  names: readonly string[],
  histograms: readonly string[],
  search: string,
  isApart: boolean,
): ChartSection[] {
  const all = new Set(names);
  const sections = new Map<string, ChartSpec[]>();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const add = (section: string, chart: ChartSpec) => {
    const text = chart.metrics.join(" ").toLowerCase();
    if (!words.every((word) => text.includes(word))) return;
    sections.set(section, [...(sections.get(section) ?? []), chart]);
  };
  for (const name of [...all].sort(byImportance)) {
    const bare = name.slice(name.indexOf("/") + 1);
    const isPaired = !isApart && all.has(TRAIN + bare) && all.has(VAL + bare);
    if (isPaired && name === VAL + bare) continue;
    if (isPaired && name === TRAIN + bare) {
      add("val", { key: name, title: bare, metrics: [name, VAL + bare], kind: "curve" });
    } else {
      const section = name.includes("/") ? name.slice(0, name.indexOf("/")) : "other";
      add(section, { key: name, title: bare, metrics: [name], kind: "curve" });
    }
  }
  for (const name of histograms) {
    const title = name.replace(/^gradients\//, "");
    add(HISTOGRAMS, { key: name, title, metrics: [name], kind: "histogram" });
  }
  return [...sections]
    .map(([name, charts]) => ({ name, charts }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

function rank(section: string): number {
  const first = FIRST.indexOf(section);
  if (first >= 0) return first;
  const last = LAST.indexOf(section);
  return last >= 0 ? FIRST.length + 1 + last : FIRST.length;
}

function byImportance(a: string, b: string): number {
  const place = (name: string) => (LEADING.includes(name) ? LEADING.indexOf(name) : LEADING.length);
  return place(a) - place(b) || a.localeCompare(b, "en", { numeric: true });
}
