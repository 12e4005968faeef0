/** The vocabulary of sheets about inventory. */

import { type Domain, money, quantity, rate } from "./domain.ts";

export const INVENTORY: Domain = {
  name: "inventory",
  titles: ["Stock list", "Inventory count", "Spare parts", "Reorder report", "Warehouse overview"],
  tabs: ["Stock", "Count", "Parts", "Reorder", "Warehouse"],
  dimensions: [
    {
      heading: "Item",
      values: [
        "Bolt M6",
        "Bolt M8",
        "Washer 8 mm",
        "Nut M6",
        "Bearing 6204",
        "V-belt A42",
        "Seal kit",
        "Filter cartridge",
        "Fuse 10 A",
        "Relay 24 V",
        "Hose clamp",
        "Cable tie",
        "Grease 400 g",
        "Sensor PT100",
        "Valve DN25",
        "Gasket DN50",
      ],
    },
    { heading: "Warehouse", values: ["Main store", "Hall 2", "Outdoor yard", "Cold room", "Returns"] },
    { heading: "Category", values: ["Fasteners", "Electrical", "Hydraulics", "Consumables", "Tools"] },
  ],
  measures: [
    quantity("On hand", 0, 2_500),
    quantity("Reserved", 0, 300),
    quantity("Minimum", 5, 200),
    money("Unit cost", 0.05, 240, 2),
    money("Stock value", 20, 30_000, 2),
    rate("Weight", 0.01, 40, 2, "kg"),
    rate("Lead time", 1, 60, 0, "days"),
  ],
  attributes: [
    { kind: "code", heading: "Part no.", prefix: "P-" },
    { kind: "choice", heading: "Unit", values: ["pcs", "box", "m", "kg"] },
    { kind: "choice", heading: "Shelf", values: ["A-01", "A-02", "B-11", "C-07", "D-03"] },
    { kind: "date", heading: "Last count" },
    { kind: "remark", heading: "Remark" },
    { kind: "flag", heading: "Active" },
  ],
  sections: [
    {
      heading: "Raw materials",
      items: ["Steel sheet", "Aluminium bar", "Copper wire", "Plastic granulate"],
      total: "Raw materials total",
    },
    {
      heading: "Finished goods",
      items: ["Pump P20", "Pump P40", "Control unit", "Housing"],
      total: "Finished goods total",
    },
  ],
  notes: [
    "Counted by two people, differences above 2 % were counted again.",
    "Negative stock is a booking error.",
    "Source: warehouse system",
  ],
};
