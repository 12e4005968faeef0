/** The vocabulary of public statistics. */

import { COUNTRIES } from "./common.ts";
import { type Domain, money, quantity, rate, share } from "./domain.ts";

export const PUBLIC_STATISTICS: Domain = {
  name: "public statistics",
  titles: [
    "Population by country",
    "Unemployment rate",
    "Households by size",
    "Foreign trade",
    "Consumer prices",
    "School enrolment",
  ],
  tabs: ["Table 1", "Table 2", "Table 3", "Data", "Figures"],
  dimensions: [
    { heading: "Country", values: COUNTRIES },
    { heading: "Sex", values: ["Female", "Male"] },
    { heading: "Age", values: ["0-14", "15-24", "25-39", "40-59", "60-74", "75+"] },
    {
      heading: "Sector",
      values: [
        "Agriculture",
        "Mining",
        "Manufacturing",
        "Construction",
        "Trade",
        "Transport",
        "Finance",
        "Education",
        "Health",
      ],
    },
  ],
  measures: [
    quantity("Population", 300, 90_000, 0, "thousand"),
    quantity("Births", 10, 900, 1, "thousand"),
    rate("Rate", 0.8, 24, 1, "%"),
    rate("Index", 88, 140, 1, "2015 = 100"),
    money("Exports", 500, 80_000),
    money("Imports", 500, 80_000),
    share("Share", 0.02, 0.7),
  ],
  attributes: [
    { kind: "code", heading: "Code", prefix: "R" },
    { kind: "place", heading: "Capital" },
    { kind: "choice", heading: "Group", values: ["low income", "middle income", "high income"] },
    { kind: "date", heading: "Updated" },
    { kind: "remark", heading: "Footnote" },
  ],
  sections: [
    {
      heading: "Economically active",
      items: ["Employed full time", "Employed part time", "Self-employed", "Unemployed"],
      total: "All active",
    },
    {
      heading: "Economically inactive",
      items: ["Pupils and students", "Retired", "Other"],
      total: "All inactive",
    },
  ],
  notes: [
    "Source: national statistical office.",
    "Break in series after the census.",
    "- nil or negligible; : not available",
    "Figures may not add up because of rounding.",
  ],
};
