/** Tells labels that a program proposed, and nobody has looked at, from labels. */

import { isRecord } from "../../base/plain-object.ts";
import { formatRange, parseRange, type Range } from "../../base/range.ts";

/** What `label_origin` begins with while the ranges of a line are a proposal. */
const PROPOSED = "proposed by ";
/** `label_origin` of a line whose label a person has taken back, and has left as a proposal. */
export const TAKEN_BACK = `${PROPOSED}a person`;

/** Whether a `label_origin` says that the ranges of its line are a proposal. */
export function isProposalOrigin(origin: unknown): boolean {
  return typeof origin === "string" && origin.startsWith(PROPOSED);
}

/**
 * Whether nobody has looked at the ranges of a line: they are a proposal, and still the proposed ones. Who
 * corrects ranges in an editor leaves `proposed` as it was, so corrected ranges count as a label.
 *
 * @param fields The line.
 * @param regions Its `table_regions`.
 */
export function isUnseenProposal(
  { label_origin: origin, proposed }: Readonly<Record<string, unknown>>,
  regions: readonly Range[],
): boolean {
  if (!isProposalOrigin(origin)) return false;
  const known = (Array.isArray(proposed) ? proposed : []).flatMap((table: unknown) => {
    const range = isRecord(table) && typeof table.range === "string" ? parseRange(table.range) : null;
    return range === null ? [] : [formatRange(range)];
  });
  return new Set(known).symmetricDifference(new Set(regions.map(formatRange))).size === 0;
}
