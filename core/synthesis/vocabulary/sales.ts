/** The vocabulary of sheets about sales. */

import { REGIONS } from "./common.ts";
import { type Domain, money, quantity, share } from "./domain.ts";

export const SALES: Domain = {
  name: "sales",
  titles: [
    "Sales by region",
    "Orders received",
    "Revenue by product",
    "Pipeline review",
    "Sales targets and results",
    "Customer list",
  ],
  tabs: ["Sales", "Orders", "Regions", "Targets", "Customers", "Pipeline"],
  dimensions: [
    { heading: "Region", values: REGIONS },
    {
      heading: "Product",
      values: [
        "Desk lamp",
        "Office chair",
        "Bookshelf",
        "Standing desk",
        "Monitor arm",
        "Filing cabinet",
        "Whiteboard",
        "Sofa",
        "Side table",
        "Coat rack",
        "Floor mat",
        "Footrest",
        "Pinboard",
        "Stool",
      ],
    },
    { heading: "Channel", values: ["Online", "Retail", "Wholesale", "Partners", "Direct"] },
    {
      heading: "Segment",
      values: ["Small business", "Enterprise", "Public sector", "Education", "Households"],
    },
  ],
  measures: [
    quantity("Units", 1, 900),
    money("Price", 5, 800, 2),
    money("Revenue", 900, 95_000),
    money("Target", 900, 95_000),
    share("Discount", 0, 0.3),
    share("Achieved", 0.5, 1.3),
    quantity("Returns", 0, 40),
  ],
  attributes: [
    { kind: "code", heading: "Order no.", prefix: "SO" },
    { kind: "date", heading: "Order date" },
    { kind: "person", heading: "Customer" },
    { kind: "place", heading: "City" },
    { kind: "choice", heading: "Status", values: ["open", "shipped", "paid", "cancelled"] },
    { kind: "person", heading: "Sales rep" },
  ],
  sections: [
    { heading: "Furniture", items: ["Chairs", "Desks", "Shelves", "Cabinets"], total: "Furniture total" },
    { heading: "Lighting", items: ["Desk lamps", "Ceiling lamps", "Bulbs"], total: "Lighting total" },
    {
      heading: "Accessories",
      items: ["Cables", "Mats", "Arms and mounts", "Cleaning sets"],
      total: "Accessories total",
    },
  ],
  notes: [
    "Prices without value added tax.",
    "Source: order system, export of the last working day.",
    "Returns are counted in the month of the sale.",
  ],
};
