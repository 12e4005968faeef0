/** Draws the tables over the cells: labels solid, proposals dashed, the selected one with its handles. */

import type { Range } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import type { Palette } from "./palette.ts";
import { type Box, boxIn, isIn, type Pane, type ViewGeometry } from "./view-geometry.ts";

/** Side of a handle, px. */
const HANDLE = 8;
const SOURCES = {
  excel_table: "Excel table",
  pivot_table: "pivot table",
  blocks: "block",
  model: "",
} as const;

/**
 * @param drawn A range that the pointer draws now; null if none.
 * @returns how many tables were drawn.
 */
export function drawTables(
  pen: CanvasRenderingContext2D,
  opened: Opened,
  geometry: ViewGeometry,
  drawn: Range | null,
  palette: Palette,
): number {
  const tagged = new Set<number>();
  let count = 0;
  const isLabel = opened.edit.state === "labelled";
  const color = isLabel ? palette.label : palette.proposal;
  for (const pane of geometry.panes) {
    pen.save();
    pen.beginPath();
    pen.rect(pane.x, pane.y, pane.width, pane.height);
    pen.clip();
    opened.tables.forEach((range, at) => {
      if (!isIn(pane, range)) return;
      count++;
      const box = boxIn(pane, opened, range);
      const isSelected = opened.selected.includes(at);
      drawFrame(pen, box, color, !isLabel, isSelected);
      // one tag, also for a table that frozen panes cut
      if (!tagged.has(at)) drawTag(pen, tagOf(opened, at), box, pane, color, palette);
      tagged.add(at);
      if (isSelected && at === opened.main) drawHandles(pen, box, color, palette);
      if (opened.cut !== null && at === opened.main) drawCut(pen, opened, pane, range, palette);
    });
    if (drawn !== null) drawFrame(pen, boxIn(pane, opened, drawn), palette.label, false, true);
    pen.restore();
  }
  return count;
}

function tagOf(opened: Opened, at: number): string {
  if (opened.edit.state === "labelled") return String(at + 1);
  const proposal = opened.proposalOf(opened.edit.tables[at]!);
  const score = proposal?.score == null ? "" : proposal.score.toFixed(2);
  return [String(at + 1), SOURCES[proposal?.source ?? "model"], score]
    .filter((part) => part !== "")
    .join(" · ");
}

function drawFrame(
  pen: CanvasRenderingContext2D,
  box: Box,
  color: string,
  isDashed: boolean,
  isOn: boolean,
): void {
  pen.globalAlpha = isOn ? 0.14 : 0.06;
  pen.fillStyle = color;
  pen.fillRect(box.x, box.y, box.width, box.height);
  pen.globalAlpha = 1;
  pen.strokeStyle = color;
  pen.lineWidth = isOn ? 3 : 2;
  pen.setLineDash(isDashed ? [7, 4] : []);
  pen.strokeRect(box.x, box.y, box.width - 1, box.height - 1);
  pen.setLineDash([]);
}

/** The number of the table above its corner, or within it where there is no room above. */
function drawTag(
  pen: CanvasRenderingContext2D,
  text: string,
  box: Box,
  pane: Pane,
  color: string,
  palette: Palette,
): void {
  pen.font = "600 11px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  const width = pen.measureText(text).width + 10;
  const x = Math.max(box.x - 1, pane.x);
  const y = box.y - 15 >= pane.y ? box.y - 15 : Math.max(box.y, pane.y);
  pen.fillStyle = color;
  pen.beginPath();
  pen.roundRect(x, y, width, 15, 3);
  pen.fill();
  pen.fillStyle = palette.onMark;
  pen.fillText(text, x + 5, y + 11);
}

function drawHandles(pen: CanvasRenderingContext2D, box: Box, color: string, palette: Palette): void {
  for (const x of [box.x, box.x + box.width / 2, box.x + box.width - 1]) {
    for (const y of [box.y, box.y + box.height / 2, box.y + box.height - 1]) {
      if (x === box.x + box.width / 2 && y === box.y + box.height / 2) continue;
      pen.fillStyle = palette.paper;
      pen.strokeStyle = color;
      pen.lineWidth = 2;
      pen.fillRect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
      pen.strokeRect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
    }
  }
}

function drawCut(
  pen: CanvasRenderingContext2D,
  opened: Opened,
  pane: Pane,
  range: Range,
  palette: Palette,
): void {
  const { axis, at } = opened.cut!;
  const box = boxIn(pane, opened, range);
  pen.fillStyle = palette.proposal;
  if (axis === "row") pen.fillRect(box.x - 6, opened.rows.startOf(at) - pane.shiftY - 2, box.width + 12, 4);
  else pen.fillRect(opened.cols.startOf(at) - pane.shiftX - 2, box.y - 6, 4, box.height + 12);
}
