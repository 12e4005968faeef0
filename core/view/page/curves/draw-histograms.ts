/** Draws histograms over time as a map: steps across, values upwards, and darker where more values lie. */

import type { Histograms } from "../../api.ts";
import type { Canvas } from "./draw-lines.ts";

/** @param places Where each histogram lies on the axis, ascending; it reaches to the next one. */
export function drawHistograms(canvas: Canvas, places: readonly number[], data: Histograms): void {
  const { context, area, toX, toY } = canvas;
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  context.fillStyle = getComputedStyle(context.canvas).getPropertyValue("--truth").trim();
  for (const [index, place] of places.entries()) {
    const [edges, counts] = [data.edges[index]!, data.counts[index]!];
    // the density, not the count: bins may differ in width
    const densities = counts.map((count, at) => count / Math.max(edges[at + 1]! - edges[at]!, 1e-300));
    const densest = Math.max(...densities, 1e-300);
    const left = toX(place);
    const right = toX(places[index + 1] ?? place + (place - (places[index - 1] ?? 0)));
    for (const [at, density] of densities.entries()) {
      if (density === 0) continue;
      const [bottom, top] = [toY(edges[at]!), toY(edges[at + 1]!)];
      context.globalAlpha = 0.08 + 0.92 * Math.sqrt(density / densest);
      context.fillRect(left, top, Math.max(1, right - left + 0.5), Math.max(1, bottom - top + 0.5));
    }
  }
  context.restore();
}
