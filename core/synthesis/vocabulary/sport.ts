/** The vocabulary of sheets about sport. */

import { PLACES, WEEKDAYS } from "./common.ts";
import { type Domain, quantity, rate } from "./domain.ts";

export const SPORT: Domain = {
  name: "sport",
  titles: ["League standings", "Season results", "Training log", "Player statistics", "Fixtures"],
  tabs: ["Standings", "Results", "Players", "Fixtures", "Log"],
  dimensions: [
    { heading: "Team", values: PLACES },
    {
      heading: "Discipline",
      values: ["100 m", "200 m", "400 m", "Long jump", "High jump", "Javelin", "Shot put", "Hurdles"],
    },
    { heading: "Day", values: WEEKDAYS },
    { heading: "Position", values: ["Goalkeeper", "Defender", "Midfielder", "Forward"] },
  ],
  measures: [
    quantity("Played", 1, 38),
    quantity("Won", 0, 30),
    quantity("Drawn", 0, 14),
    quantity("Lost", 0, 25),
    quantity("Goals", 0, 90),
    quantity("Points", 0, 99),
    rate("Time", 9, 62, 2, "s"),
    rate("Average", 0.2, 4, 2),
  ],
  attributes: [
    { kind: "person", heading: "Player" },
    { kind: "date", heading: "Match day" },
    { kind: "place", heading: "Venue" },
    { kind: "code", heading: "Licence", prefix: "LZ" },
    { kind: "flag", heading: "Captain" },
  ],
  sections: [
    { heading: "Group A", items: ["Lions", "Tigers", "Bears", "Wolves"], total: "Group A total" },
    { heading: "Group B", items: ["Eagles", "Hawks", "Falcons", "Owls"], total: "Group B total" },
    { heading: "Group C", items: ["Sharks", "Dolphins", "Rays", "Orcas"], total: "Group C total" },
  ],
  notes: [
    "Three points for a win.",
    "Teams level on points are ordered by goal difference.",
    "* after extra time",
  ],
};
