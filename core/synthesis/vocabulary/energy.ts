/** The vocabulary of sheets about energy. */

import { type Domain, money, quantity, rate, share } from "./domain.ts";

export const ENERGY: Domain = {
  name: "energy",
  titles: [
    "Power generation by source",
    "Meter readings",
    "Energy balance",
    "Consumption by building",
    "Emissions",
  ],
  tabs: ["Generation", "Meters", "Balance", "Buildings", "CO2"],
  dimensions: [
    {
      heading: "Source",
      values: [
        "Hydro",
        "Wind onshore",
        "Wind offshore",
        "Solar",
        "Biomass",
        "Natural gas",
        "Hard coal",
        "Nuclear",
        "Imports",
      ],
    },
    {
      heading: "Building",
      values: ["Block A", "Block B", "Canteen", "Laboratory", "Workshop", "Gym", "Library", "Dormitory"],
    },
    {
      heading: "Meter",
      values: ["M-01", "M-02", "M-03", "M-04", "M-05", "M-06", "M-07", "M-08", "M-09", "M-10"],
    },
  ],
  measures: [
    quantity("Generation", 20, 9_000, 0, "MWh"),
    quantity("Consumption", 100, 60_000, 0, "kWh"),
    rate("Peak load", 0.5, 95, 1, "MW"),
    money("Cost", 40, 18_000, 2),
    share("Share", 0.01, 0.5),
    rate("Efficiency", 28, 62, 1, "%"),
    quantity("CO2", 1, 900, 1, "t"),
  ],
  attributes: [
    { kind: "date", heading: "Reading date" },
    { kind: "code", heading: "Meter no.", prefix: "Z" },
    { kind: "choice", heading: "Tariff", values: ["day", "night", "peak", "flat"] },
    { kind: "place", heading: "Plant" },
    { kind: "flag", heading: "Estimated" },
  ],
  sections: [
    { heading: "Renewable", items: ["Hydro", "Wind", "Solar", "Biomass"], total: "Renewable total" },
    { heading: "Conventional", items: ["Gas", "Hard coal", "Oil"], total: "Conventional total" },
    { heading: "Use", items: ["Households", "Industry", "Transport", "Losses"], total: "Total use" },
  ],
  notes: ["Source: grid operator", "Provisional values for the last two months.", "1 MWh = 1,000 kWh"],
};
