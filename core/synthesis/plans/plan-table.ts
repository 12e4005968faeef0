/** Plans a table of any kind. */

import type { Random } from "../../base/random.ts";
import { weighted } from "../draw.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { alterPlan } from "./alter-plan.ts";
import { planBulletin } from "./plan-bulletin.ts";
import { planCrossTable } from "./plan-cross-table.ts";
import { planDocument } from "./plan-documents.ts";
import { planDummies } from "./plan-dummies.ts";
import { planAcross, planList, planLookup, planSeries } from "./plan-lists.ts";
import { planMatrix } from "./plan-matrix.ts";
import { planOutline } from "./plan-outline.ts";
import { planPivot } from "./plan-pivot.ts";
import { planRecords } from "./plan-records.ts";
import { planStatement } from "./plan-statement.ts";
import { planWide } from "./plan-wide.ts";
import type { TablePlan } from "./table-plan.ts";
import { tight } from "./tight-plan.ts";

/** The rough size of a table. Kinds of tables that do not get that large come out smaller. */
export interface TableSize {
  readonly bodyRows: number;
  readonly width: number;
}

/**
 * Plans a table of a random kind. Records, exports and cross tables are the most frequent ones.
 *
 * @param mayLackHeader False where a table without a header could look like a part of another one.
 */
export function planTable(random: Random, domain: Domain, size: TableSize, mayLackHeader = false): TablePlan {
  const { bodyRows, width } = size;
  const isShort = bodyRows <= 30;
  const kind = weighted(random, [
    ["records", width >= 3 ? 5 : 1],
    ["dummies", 4],
    ["cross", width >= 3 ? 3 : 0],
    ["statement", bodyRows >= 5 && bodyRows <= 40 ? 1.3 : 0],
    ["bulletin", width >= 3 && bodyRows >= 4 ? 2.2 : 0],
    ["pivot", 1.8],
    ["matrix", isShort && width >= 4 ? 1.2 : 0],
    ["document", width >= 2 && width <= 8 && bodyRows <= 120 ? 1.3 : 0],
    ["outline", width >= 3 && bodyRows >= 3 && bodyRows <= 150 ? 0.9 : 0],
    ["wide", width >= 6 ? 1 + width / 12 : 0],
    ["pair", width <= 4 ? 1.5 : 0],
    ["lookup", width <= 4 && isShort ? 0.7 : 0],
    ["list", width <= 3 ? 1.6 : 0.1],
    ["across", width >= 3 && bodyRows <= 12 ? 1.4 : 0],
    ["series", mayLackHeader && width <= 4 ? 0.5 : 0],
    ["headerless", mayLackHeader && bodyRows >= 3 ? 0.35 : 0],
  ]);
  const plan = planKind(random, domain, kind, size);
  return plan.headers.length > 0 ? alterPlan(random, plan) : tight(plan);
}

function planKind(random: Random, domain: Domain, kind: string, { bodyRows, width }: TableSize): TablePlan {
  const rows = Math.max(2, bodyRows);
  switch (kind) {
    case "records": {
      const most = 1 + domain.attributes.length + domain.measures.length;
      return planRecords(random, domain, rows, Math.min(Math.max(3, width), most));
    }
    case "dummies":
      // With three columns or more a single body row is enough.
      return planDummies(random, width >= 3 ? bodyRows : rows, Math.max(2, width), true);
    case "statement":
      return planStatement(random, domain, Math.min(width, 16));
    case "bulletin":
      return planBulletin(random, rows, width);
    case "pivot":
      return planPivot(random, domain, rows, Math.max(2, Math.min(width, 20)));
    case "matrix":
      return planMatrix(random, domain, rows, width);
    case "document":
      return planDocument(random, rows);
    case "outline":
      return planOutline(random, domain, rows, Math.min(width, 14));
    case "wide":
      return planWide(random, domain, rows, width);
    case "pair":
      return planRecords(random, domain, rows, 2);
    case "lookup":
      return planLookup(random, rows);
    case "list":
      return planList(random, domain, Math.max(3, bodyRows));
    case "across":
      return planAcross(random, domain, rows, width);
    case "series":
      return planSeries(random, domain, Math.max(3, bodyRows));
    case "headerless":
      return planDummies(random, Math.max(3, bodyRows), Math.max(2, width), false);
    default:
      return planCrossTable(random, domain, rows, width);
  }
}
