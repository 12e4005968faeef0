/** The list of all fields of work. */

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

/** The fields of work. Their order matters: a draw picks one by its index. */
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
