/** The vocabulary of sheets about projects. */

import { type Domain, money, quantity, share } from "./domain.ts";

export const PROJECTS: Domain = {
  name: "projects",
  titles: ["Project plan", "Risk register", "Time sheet", "Milestones", "Cost estimate", "Open issues"],
  tabs: ["Plan", "Risks", "Hours", "Milestones", "Estimate", "Issues"],
  dimensions: [
    {
      heading: "Work package",
      values: [
        "Requirements",
        "Concept",
        "Design",
        "Procurement",
        "Construction",
        "Installation",
        "Testing",
        "Training",
        "Documentation",
        "Handover",
        "Support",
      ],
    },
    { heading: "Phase", values: ["Phase 1", "Phase 2", "Phase 3", "Phase 4"] },
    {
      heading: "Trade",
      values: [
        "Earthworks",
        "Concrete",
        "Carpentry",
        "Roofing",
        "Plumbing",
        "Electrical",
        "Painting",
        "Flooring",
      ],
    },
  ],
  measures: [
    quantity("Hours", 1, 400, 1, "h"),
    quantity("Days", 1, 60),
    money("Cost", 100, 60_000),
    money("Offer", 100, 60_000, 2),
    share("Done", 0, 1),
    quantity("Area", 4, 900, 1, "m2"),
  ],
  attributes: [
    { kind: "code", heading: "ID", prefix: "WP" },
    { kind: "person", heading: "Owner" },
    { kind: "date", heading: "Start" },
    { kind: "date", heading: "End" },
    { kind: "choice", heading: "Priority", values: ["low", "medium", "high"] },
    { kind: "choice", heading: "Status", values: ["planned", "running", "done", "late"] },
    { kind: "remark", heading: "Remarks" },
  ],
  sections: [
    { heading: "Preparation", items: ["Survey", "Permits", "Site set-up"], total: "Preparation subtotal" },
    { heading: "Shell", items: ["Excavation", "Foundations", "Walls", "Roof"], total: "Shell subtotal" },
    {
      heading: "Interior",
      items: ["Plumbing", "Heating", "Electrical", "Floors", "Painting"],
      total: "Interior subtotal",
    },
  ],
  notes: [
    "Prices are valid for sixty days.",
    "Hours as booked until Friday.",
    "Risks are reviewed every two weeks.",
  ],
};
