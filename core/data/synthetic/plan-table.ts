import type { Random } from "../../random.ts";
import { weighted } from "./draw.ts";
import { planCrossTable } from "./plan-cross-table.ts";
import { planRecords } from "./plan-records.ts";
import { planStatement } from "./plan-statement.ts";
import type { TablePlan } from "./table-plan.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** About how large a table may be; kinds that cannot be that large come out smaller. */
export interface TableSize {
  readonly bodyRows: number;
  readonly width: number;
}

/** A table of some kind: records most of all, cross tables, statements, short lists of names and amounts. */
export function planTable(random: Random, domain: Domain, { bodyRows, width }: TableSize): TablePlan {
  const kind = weighted(random, [
    ["records", 5],
    ["cross", 4],
    ["statement", bodyRows >= 8 && bodyRows <= 30 ? 2 : 0],
    ["list", bodyRows >= 4 && bodyRows <= 14 ? 0.6 : 0],
  ]);
  switch (kind) {
    case "records": {
      const most = 1 + domain.attributes.length + domain.measures.length;
      return planRecords(random, domain, bodyRows, Math.min(Math.max(3, width), most));
    }
    case "statement":
      return planStatement(random, domain, Math.min(width, 13));
    case "list":
      return planRecords(random, domain, bodyRows, 2);
    default:
      return planCrossTable(random, domain, bodyRows, width);
  }
}
