import type { Domain } from "./domain.ts";
import { ENERGY } from "./energy.ts";
import { FINANCE } from "./finance.ts";
import { INVENTORY } from "./inventory.ts";
import { LOGISTICS } from "./logistics.ts";
import { PEOPLE } from "./people.ts";
import { PROJECTS } from "./projects.ts";
import { PUBLIC_STATISTICS } from "./public-statistics.ts";
import { SALES } from "./sales.ts";
import { SCIENCE } from "./science.ts";
import { SPORT } from "./sport.ts";

/** Every field of work that sheets are generated for. */
export const DOMAINS: readonly Domain[] = [
  ENERGY,
  FINANCE,
  INVENTORY,
  LOGISTICS,
  PEOPLE,
  PROJECTS,
  PUBLIC_STATISTICS,
  SALES,
  SCIENCE,
  SPORT,
];
