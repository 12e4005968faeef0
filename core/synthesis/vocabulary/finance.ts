/** The vocabulary of sheets about finance. */

import { type Domain, money, quantity, rate, share } from "./domain.ts";

export const FINANCE: Domain = {
  name: "finance",
  titles: [
    "Income statement",
    "Budget overview",
    "Cash flow forecast",
    "Cost report",
    "Balance sheet",
    "Expenses by cost centre",
  ],
  tabs: ["P&L", "Budget", "Balance", "Cash flow", "Costs", "Summary"],
  dimensions: [
    {
      heading: "Account",
      values: [
        "Revenue",
        "Cost of sales",
        "Gross margin",
        "Wages",
        "Rent",
        "Depreciation",
        "Marketing",
        "Insurance",
        "Interest",
        "Taxes",
        "Travel",
        "Legal fees",
        "Maintenance",
        "Training",
      ],
    },
    {
      heading: "Cost centre",
      values: ["Administration", "Production", "Logistics", "Sales", "IT", "Research", "Facilities", "Legal"],
    },
    { heading: "Scenario", values: ["Plan", "Actual", "Forecast", "Prior year"] },
  ],
  measures: [
    money("Budget", 2_000, 90_000),
    money("Actual", 2_000, 90_000),
    money("Forecast", 2_000, 90_000),
    money("Amount", 20, 9_000, 2),
    share("Margin", -0.1, 0.6),
    share("Change", -0.3, 0.4),
    quantity("Transactions", 5, 900),
    rate("Rate", 0.5, 7, 2, "%"),
  ],
  attributes: [
    { kind: "date", heading: "Posting date" },
    { kind: "code", heading: "Document", prefix: "INV-" },
    { kind: "code", heading: "Account no.", prefix: "4" },
    { kind: "choice", heading: "Type", values: ["Invoice", "Credit note", "Transfer", "Accrual"] },
    { kind: "person", heading: "Booked by" },
    { kind: "remark", heading: "Comment" },
  ],
  sections: [
    {
      heading: "Assets",
      items: ["Cash", "Receivables", "Inventories", "Prepaid expenses", "Buildings", "Machinery"],
      total: "Total assets",
    },
    {
      heading: "Liabilities",
      items: ["Trade payables", "Short-term loans", "Accrued costs", "Long-term debt", "Provisions"],
      total: "Total liabilities",
    },
    {
      heading: "Operating income",
      items: ["Product sales", "Services", "Licences", "Other income"],
      total: "Total income",
    },
    {
      heading: "Operating costs",
      items: ["Materials", "Wages and salaries", "Rent", "Energy", "Depreciation", "Other costs"],
      total: "Total costs",
    },
  ],
  notes: [
    "Source: general ledger, unaudited.",
    "Budget figures as approved in December.",
    "* including one-off items of the second quarter",
  ],
};
