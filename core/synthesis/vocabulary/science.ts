/** The vocabulary of sheets about science. */

import { type Domain, quantity, rate, share } from "./domain.ts";

export const SCIENCE: Domain = {
  name: "science",
  titles: [
    "Measurement series",
    "Sample results",
    "Water quality",
    "Calibration record",
    "Growth experiment",
    "Weather station data",
  ],
  tabs: ["Data", "Samples", "Results", "Calibration", "Series A", "Series B"],
  dimensions: [
    {
      heading: "Sample",
      values: ["Control", "A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "Blank", "Reference"],
    },
    {
      heading: "Station",
      values: ["River mouth", "Upper lake", "Bridge", "Old mill", "Harbour", "Spring", "Weir", "Delta"],
    },
    { heading: "Treatment", values: ["None", "Low dose", "Medium dose", "High dose"] },
    {
      heading: "Parameter",
      values: ["Nitrate", "Phosphate", "Chloride", "Iron", "Lead", "Zinc", "Calcium", "Sulphate", "Ammonium"],
    },
  ],
  measures: [
    rate("Temperature", -8, 36, 1, "°C"),
    rate("pH", 4.5, 9.2, 2),
    rate("Mass", 0.1, 12, 3, "g"),
    rate("Conductivity", 80, 1_900, 0, "µS/cm"),
    rate("Oxygen", 2, 14, 2, "mg/l"),
    rate("Std. dev.", 0.001, 0.9, 4),
    quantity("Count", 0, 400),
    share("Recovery", 0.7, 1.1),
  ],
  attributes: [
    { kind: "date", heading: "Date" },
    { kind: "code", heading: "Lab no.", prefix: "L" },
    { kind: "person", heading: "Analyst" },
    { kind: "choice", heading: "Method", values: ["ICP-MS", "titration", "photometry", "probe"] },
    { kind: "remark", heading: "Observation" },
    { kind: "flag", heading: "Valid" },
  ],
  sections: [
    {
      heading: "Nutrients",
      items: ["Nitrate", "Nitrite", "Ammonium", "Phosphate"],
      total: "Sum of nutrients",
    },
    { heading: "Metals", items: ["Iron", "Copper", "Zinc", "Lead", "Nickel"], total: "Sum of metals" },
    { heading: "Field values", items: ["Temperature", "Oxygen", "Turbidity"], total: "Mean" },
  ],
  notes: [
    "n.d. = not detected",
    "Values below the limit of detection are given as half the limit.",
    "* mean of three replicates",
  ],
};
