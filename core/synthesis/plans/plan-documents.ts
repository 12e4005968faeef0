/** Plans tables of texts: data dictionaries, questionnaires, logs, lists of sheets, lists of tasks. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import { drawPerson, identifier, phrase, sentence, word } from "../vocabulary/phrases.ts";
import { flatHeader, type PlannedColumn, type PlannedRow, type TablePlan } from "./table-plan.ts";

const TYPES = ["string", "integer", "varchar", "date", "boolean", "float", "text"];
const LEVELS = ["INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"];

/** A column of texts. */
interface TextColumn {
  readonly heading: string;
  draw(row: number): CellValue;
}

/** A table of texts, in some of which long texts go on in the rows below. */
export function planDocument(random: Random, bodyRows: number): TablePlan {
  const kind = weighted(random, [
    ["dictionary", 4],
    ["questions", 2],
    ["log", 2],
    ["sheets", 1],
    ["actions", 2],
  ]);
  const all = columnsOf(random, kind);
  const optional = all.slice(2).filter(() => random.chance(0.7));
  const columns = [...all.slice(0, 2), ...optional];
  const isSectioned = kind !== "log" && bodyRows > 6 && random.chance(0.25);
  const spills = random.chance(0.15);
  const rows: PlannedRow[] = [];
  for (let row = 0; row < bodyRows; row++) {
    // A long text goes on in the next rows, where the first column is empty.
    if (spills && row > 0) {
      for (let more = random.integer(0, 3); more > 0; more--) {
        rows.push({
          kind: "data",
          values: columns.map((_, at) => (at > 0 && random.chance(0.4) ? phrase(random, 2, 5) : null)),
        });
      }
    }
    if (isSectioned && row % 5 === 0 && row < bodyRows - 1) {
      rows.push({
        kind: "section",
        values: columns.map((_, at) => (at === 0 ? phrase(random, 1, 4) : null)),
      });
    }
    rows.push({ kind: "data", values: columns.map(({ draw }) => draw(row)) });
  }
  return {
    headers: [flatHeader(columns.map(({ heading }) => heading))],
    columns: columns.map(
      (_, at): PlannedColumn => ({
        isRowHeader: at === 0,
        format: kind === "log" && at === 0 ? "date" : null,
        adds: false,
      }),
    ),
    rows,
    isRaw: kind === "log" && random.chance(0.6),
  };
}

function columnsOf(random: Random, kind: string): TextColumn[] {
  const text = (heading: string, draw: (row: number) => CellValue): TextColumn => ({ heading, draw });
  const rarely = (share: number, draw: () => CellValue) => () => (random.chance(share) ? draw() : null);
  switch (kind) {
    case "questions":
      return [
        text("No.", (row) => row + 1),
        text("Question", () => `${phrase(random, 4, 16)}?`),
        text(
          "Answer",
          rarely(random.pick([0, 0.5, 1]), () => random.pick(["Yes", "No", "n/a"])),
        ),
        text(
          "Score",
          rarely(0.5, () => random.integer(0, 5)),
        ),
        text(
          "Comment",
          rarely(0.2, () => sentence(random)),
        ),
      ];
    case "log": {
      const start = Date.UTC(random.integer(2015, 2025), random.integer(0, 11), random.integer(1, 28));
      return [
        text("timestamp", (row) => new Date(start + row * random.integer(60, 70) * 1000)),
        text("level", () => random.pick(LEVELS)),
        text("logger", () => identifier(random)),
        text("message", () => sentence(random)),
        text("duration", () => random.integer(1, 5000)),
        text(
          "user",
          rarely(0.5, () => drawPerson(random)),
        ),
      ];
    }
    case "sheets":
      return [
        text("Sheet", (row) => (random.chance(0.5) ? `Table ${row + 1}` : identifier(random))),
        text("Content", () => phrase(random, 3, 14)),
        text("Updated", () => random.integer(2010, 2025)),
        text(
          "Source",
          rarely(0.6, () => phrase(random, 1, 3)),
        ),
      ];
    case "actions":
      return [
        text("Task", () => phrase(random, 2, 8)),
        text("Owner", () => drawPerson(random)),
        text("Status", () => random.pick(["open", "done", "in progress", "blocked"])),
        text(
          "Due",
          rarely(0.7, () => new Date(Date.UTC(2024, random.integer(0, 11), random.integer(1, 28)))),
        ),
        text("Priority", () => random.integer(1, 3)),
        text(
          "Remarks",
          rarely(0.4, () => sentence(random)),
        ),
      ];
    default:
      return [
        text(random.pick(["Field", "Column Name", "Parameter", "name", "Variable"]), () =>
          identifier(random),
        ),
        text("Description", () => (random.chance(0.4) ? sentence(random) : phrase(random, 2, 10))),
        text("Type", () => random.pick(TYPES)),
        text(
          "Length",
          rarely(0.7, () => random.integer(1, 255)),
        ),
        text(
          "Default",
          rarely(0.4, () => (random.chance(0.5) ? word(random) : random.integer(0, 10))),
        ),
        text("Mandatory", () => random.pick(["M", "O", "NULL"])),
        text(
          "Example",
          rarely(0.8, () => word(random)),
        ),
      ];
  }
}
