/** The vocabulary of sheets about logistics. */

import { COUNTRIES } from "./common.ts";
import { type Domain, money, quantity, rate, share } from "./domain.ts";

export const LOGISTICS: Domain = {
  name: "logistics",
  titles: [
    "Shipments",
    "Freight costs by carrier",
    "Delivery performance",
    "Container list",
    "Fleet overview",
  ],
  tabs: ["Shipments", "Carriers", "Fleet", "Containers", "Routes"],
  dimensions: [
    {
      heading: "Carrier",
      values: [
        "Nordfracht",
        "Bluewave Lines",
        "Transalp",
        "City Couriers",
        "Railnet Cargo",
        "Skyfreight",
        "Harbour Trucking",
      ],
    },
    { heading: "Destination", values: COUNTRIES },
    { heading: "Mode", values: ["Road", "Rail", "Sea", "Air"] },
    {
      heading: "Vehicle",
      values: ["Van 1", "Van 2", "Truck 7.5 t", "Truck 12 t", "Truck 40 t", "Trailer", "Forklift"],
    },
  ],
  measures: [
    quantity("Shipments", 1, 600),
    quantity("Pallets", 1, 66),
    quantity("Weight", 40, 24_000, 0, "kg"),
    money("Freight", 60, 7_800, 2),
    quantity("Distance", 5, 2_400, 0, "km"),
    share("On time", 0.7, 1),
    rate("Fuel", 7, 38, 1, "l/100 km"),
  ],
  attributes: [
    { kind: "code", heading: "Waybill", prefix: "WB-" },
    { kind: "date", heading: "Pick-up" },
    { kind: "date", heading: "Delivery" },
    { kind: "place", heading: "From" },
    { kind: "place", heading: "To" },
    { kind: "choice", heading: "Incoterm", values: ["EXW", "FCA", "CIF", "DAP"] },
    { kind: "remark", heading: "Note" },
  ],
  sections: [
    {
      heading: "Inbound",
      items: ["Suppliers domestic", "Suppliers abroad", "Returns"],
      total: "Inbound total",
    },
    {
      heading: "Outbound",
      items: ["Parcels", "Part loads", "Full loads", "Express"],
      total: "Outbound total",
    },
  ],
  notes: ["Fuel surcharge included.", "Weights as billed by the carrier.", "Source: freight invoices"],
};
