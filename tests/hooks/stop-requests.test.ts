/** Tests how the requests of plugins to end a run add up. */

import { expect, test } from "bun:test";
import { checkedStopRequest, StopRequests, stopReason } from "../../core/hooks/stop-requests.ts";

test("requests add up in their order, and the same one counts once", () => {
  const requests = new StopRequests();
  const first = checkedStopRequest("plateau", "no better F1", "epoch");
  expect(requests.add(first)).toBe(true);
  expect(requests.add({ ...first })).toBe(false);
  expect(requests.add({ ...first, plugin: "budget" })).toBe(true);
  expect(requests.open.map(({ plugin }) => plugin)).toEqual(["plateau", "budget"]);
  expect(stopReason(requests.open)).toBe("plateau: no better F1; budget: no better F1");
});

test("after a step only requests for that point are due, after an epoch all are, and taking leaves none", () => {
  const requests = new StopRequests([{ plugin: "a", reason: "x", after: "epoch" }]);
  expect([requests.isDue("step"), requests.isDue("epoch")]).toEqual([false, true]);
  requests.add({ plugin: "b", reason: "y", after: "step" });
  expect([requests.isDue("step"), requests.isDue("epoch")]).toEqual([true, true]);
  expect(requests.take()).toHaveLength(2);
  expect([requests.open, requests.isDue("epoch")]).toEqual([[], false]);
});

test("a reason becomes one line", () => {
  expect(checkedStopRequest("a", "  no\n  better F1 ", "step").reason).toBe("no better F1");
});

test("an empty reason, one that is no text and an unknown point are refused", () => {
  expect(() => checkedStopRequest("a", " ", "epoch")).toThrow("a reason is expected, as a text");
  expect(() => checkedStopRequest("a", 7, "epoch")).toThrow(TypeError);
  expect(() => checkedStopRequest("a", "why", "hour")).toThrow('after: "epoch" or after: "step" is expected');
});
