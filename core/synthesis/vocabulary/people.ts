/** The vocabulary of sheets about human resources. */

import { type Domain, money, quantity, rate, share } from "./domain.ts";

export const PEOPLE: Domain = {
  name: "human resources",
  titles: [
    "Headcount report",
    "Staff list",
    "Absence overview",
    "Training plan",
    "Salary review",
    "Shift plan",
  ],
  tabs: ["Headcount", "Staff", "Absences", "Training", "Payroll"],
  dimensions: [
    {
      heading: "Department",
      values: [
        "Accounting",
        "Customer care",
        "Engineering",
        "Human resources",
        "IT",
        "Legal",
        "Logistics",
        "Marketing",
        "Production",
        "Purchasing",
        "Quality",
        "Sales",
      ],
    },
    { heading: "Contract", values: ["Permanent", "Fixed term", "Part time", "Apprentice"] },
    { heading: "Age group", values: ["under 25", "25-34", "35-44", "45-54", "55 and over"] },
  ],
  measures: [
    quantity("Headcount", 1, 180),
    rate("FTE", 0.5, 170, 1),
    money("Salary", 24_000, 98_000),
    quantity("Days absent", 0, 40),
    quantity("Overtime", 0, 60, 1, "h"),
    share("Turnover", 0.01, 0.25),
    rate("Satisfaction", 1, 5, 1),
  ],
  attributes: [
    { kind: "code", heading: "Staff ID", prefix: "E" },
    { kind: "person", heading: "Name" },
    { kind: "date", heading: "Start date" },
    { kind: "place", heading: "Site" },
    { kind: "choice", heading: "Grade", values: ["G3", "G4", "G5", "G6", "M1", "M2"] },
    { kind: "flag", heading: "Full time" },
  ],
  sections: [
    {
      heading: "Production",
      items: ["Assembly", "Paint shop", "Tool making", "Maintenance"],
      total: "Production total",
    },
    {
      heading: "Administration",
      items: ["Finance", "Purchasing", "Human resources", "Legal"],
      total: "Administration total",
    },
    {
      heading: "Field staff",
      items: ["Service north", "Service south", "Installation"],
      total: "Field staff total",
    },
  ],
  notes: [
    "Apprentices are not counted as FTE.",
    "Absences without holidays.",
    "Data protection: keep this list confidential.",
  ],
};
