/** Tests which lines count as proposals that nobody has looked at. */

import { expect, test } from "bun:test";
import { parseRange } from "../../../core/base/range.ts";
import {
  isProposalOrigin,
  isUnseenProposal,
  TAKEN_BACK,
} from "../../../core/dataset/labelling/unseen-proposal.ts";

const regions = (...texts: string[]) => texts.map((text) => parseRange(text)!);
const line = (origin: unknown, ...proposed: string[]) => ({
  label_origin: origin,
  ...(proposed.length > 0 ? { proposed: proposed.map((range) => ({ range, score: 0.9 })) } : {}),
});

test("the proposed ranges, in any order and form, are unseen; corrected ones are not", () => {
  const proposal = line("proposed by a model", "A1:B2", "D1:E5");
  expect(isUnseenProposal(proposal, regions("$D$1:E5", "A1:B2"))).toBe(true);
  expect(isUnseenProposal(proposal, regions("A1:B2"))).toBe(false);
  expect(isUnseenProposal(proposal, regions("A1:B3", "D1:E5"))).toBe(false);
  expect(isUnseenProposal(line("proposed by connected blocks"), [])).toBe(true);
  expect(isUnseenProposal(line("proposed by connected blocks"), regions("A1:B2"))).toBe(false);
});

test("a label of a person counts; one that was taken back does not, unless it was corrected since", () => {
  for (const origin of ["person", "excel", null, 7, undefined]) {
    expect([origin, isUnseenProposal(line(origin, "A1:B2"), regions("A1:B2"))]).toEqual([origin, false]);
    expect(isProposalOrigin(origin)).toBe(false);
  }
  expect(isUnseenProposal(line(TAKEN_BACK, "A1:B2"), regions("A1:B2"))).toBe(true);
  expect(isUnseenProposal(line(TAKEN_BACK), [])).toBe(true);
  expect(isUnseenProposal(line(TAKEN_BACK, "A1:B2"), regions("A1:B3"))).toBe(false);
});

test("proposals that cannot be read are none", () => {
  const odd = {
    label_origin: "proposed by a model",
    proposed: [7, null, { range: "nonsense" }, { range: "A1:B2" }],
  };
  expect(isUnseenProposal(odd, regions("A1:B2"))).toBe(true);
  expect(isUnseenProposal({ ...odd, proposed: "A1:B2" }, regions("A1:B2"))).toBe(false);
});
