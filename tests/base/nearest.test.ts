/** Tests which known name is offered for an unknown one. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { editDistance, nearest } from "../../core/base/nearest.ts";

const KEYS = ["device", "max_epochs", "lr", "weight_decay", "warmup_epochs", "early_stopping_patience"];

test("nearest() finds a name with a letter missing, added, replaced or swapped", () => {
  expect(nearest("max_epoch", KEYS)).toBe("max_epochs");
  expect(nearest("devicee", KEYS)).toBe("device");
  expect(nearest("weight_decoy", KEYS)).toBe("weight_decay");
  expect(nearest("devcie", KEYS)).toBe("device");
});

test("nearest() finds a name in other case and with other separators", () => {
  expect(nearest("maxEpochs", KEYS)).toBe("max_epochs");
  expect(nearest("WEIGHT-DECAY", KEYS)).toBe("weight_decay");
  expect(nearest("onGradstep", ["onEpochEnd", "onGradStep"])).toBe("onGradStep");
});

test("nearest() prefers, of equally near names, the one that begins alike", () => {
  expect(nearest("ofline", ["auto", "online", "offline", "disabled"])).toBe("offline");
  expect(nearest("run 00:59", ["run 01:02", "run 00:58"])).toBe("run 00:58");
});

test("nearest() finds a name that contains all words, or abbreviates them", () => {
  expect(nearest("patience", KEYS)).toBe("early_stopping_patience");
  expect(nearest("learning_rate", KEYS)).toBe("lr");
});

test("nearest() finds the one name that begins with what is given, from three letters on", () => {
  const splits = ["test", "validation", "train"];
  expect(nearest("vali", splits)).toBe("validation");
  expect(nearest("va", splits)).toBeNull();
  expect(nearest("earl", ["early_stopping", "early_results"])).toBeNull();
});

test("nearest() gives null for a name without any letter", () => {
  for (const name of ["", "-", " _."]) expect(nearest(name, KEYS)).toBeNull();
});

test("nearest() allows one mistake, in longer names one per three letters, but never another whole name", () => {
  expect(nearest("run", ["runs"])).toBe("runs");
  expect(nearest("tset", ["test"])).toBe("test");
  expect(nearest("ste", ["set"])).toBe("set"); // the same letters
  expect(nearest("ste", ["the"])).toBeNull();
  expect(nearest("abcde", ["abcxy"])).toBeNull(); // two of five
  expect(nearest("abcdef", ["abcdxy"])).toBe("abcdxy"); // two of six
  expect(nearest("abcd", ["abcdef"])).toBe("abcdef");
  expect(nearest("abxyef", ["abef"])).toBe("abef"); // the longer name counts
  expect(nearest("l", ["r"])).toBeNull();
});

test("nearest() offers the nearer name wherever it stands, and the first of two that are the same", () => {
  expect(nearest("abcdef", ["abcdxy", "abcdex"])).toBe("abcdex");
  expect(nearest("abcdef", ["abcdex", "abcdxy"])).toBe("abcdex");
  expect(nearest("abcdef", ["abcdex", "abcdey"])).toBe("abcdex");
});

test("nearest() gives null rather than a far-fetched name", () => {
  expect(nearest("colour", KEYS)).toBeNull();
  expect(nearest("gpu", ["cpu", "cuda"])).toBeNull();
  expect(nearest("x", [])).toBeNull();
});

test("editDistance() counts insertions, deletions, replacements and swaps", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("ab", "ba")).toBe(1);
  expect(editDistance("ca", "abc")).toBe(3);
});

test("editDistance() is symmetric, and 0 for equal texts alone", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
    { numRuns: 200 },
  );
});
