/** Faults of a page that keep people from using it, found by axe-core. */

import type { Page } from "playwright-core";

/** What axe-core calls serious or critical, once its script runs on the page: the rule and the elements. */
export function seriousFaults(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}
