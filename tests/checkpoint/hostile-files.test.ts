/** Tests that checkpoint files which do harm, or lie about themselves, are refused. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { type PtMap, PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { bytes, int, tensor, text, u32, writeArchive, writePickleFile } from "../support/pickle.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const folder = sharedFolder("hostile").path;
const file = join(folder, "file.pt");

/** The message with which a file is refused. */
function refusal(path = file): string {
  try {
    readPtFile(path);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const [problem] = (error as UserError).problems;
    expect(problem!.file).toBe(path);
    expect(problem!.fix).toBeString();
    return (error as UserError).message;
  }
  throw new Error("The file was read");
}

const refusedPickle = (body: Uint8Array, storages: readonly Uint8Array[] = []) => {
  writePickleFile(file, body, storages);
  return refusal();
};

const sixteen = new Uint8Array(16);

test("a pickle that would run a command is refused by the command's name", () => {
  const marker = join(folder, "ran");
  const message = refusedPickle(bytes("cos\nsystem\n", text(`touch ${marker}`), "\x85R"));
  expect(message).toContain("os.system");
  expect(() => readFileSync(marker)).toThrow();
});

for (const name of [
  "builtins\neval",
  "__builtin__\nexec",
  "posix\nsystem",
  "torch.storage\n_load_from_bytes",
  "torch\nload",
  "numpy.core.multiarray\n_reconstruct",
  "torch._utils\n_rebuild_tensor_v3",
  "constructor\nconstructor",
  "__proto__\nx",
]) {
  const dotted = name.replace("\n", ".");
  test(`the name ${dotted} is refused`, () => {
    expect(refusedPickle(bytes(`c${name}\n`, ")R"))).toContain(dotted);
  });
}

for (const [opcode, name] of [
  [0x69, "INST"],
  [0x6f, "OBJ"],
  [0x81, "NEWOBJ"],
  [0x50, "PERSID"],
  [0x82, "EXT1"],
  [0x93, "STACK_GLOBAL"],
  [0x8b, "LONG4"],
  [0x00, "0x00"],
  [0xff, "0xff"],
] as const) {
  test(`the opcode ${name} is refused by name`, () => {
    expect(refusedPickle(bytes("(", opcode))).toContain(name);
  });
}

const broken: [string, Uint8Array, RegExp][] = [
  ["a value missing on the stack", bytes("("), /a value on the stack/],
  ["a value taken from below a mark", bytes("K\x01(\x85"), /1 values on the stack/],
  ["a mark missing", bytes("t"), /a mark/],
  ["a reference to nothing", bytes("h\x07"), /a reference/],
  ["text longer than the file", bytes("X", u32(0xffffffff), "abc"), /4294967295 bytes more/],
  ["text that is not UTF-8", bytes("X", u32(2), "\xc3\x28"), /UTF-8/],
  ["a name without end", bytes("c", "a".repeat(300)), /at most 255/],
  ["a list as key", bytes("}(]K\x01u"), /keys/],
  ["a key without value", bytes("}(K\x01u"), /a value for every key/],
  ["items for a number", bytes("K\x01(K\x02u"), /a dictionary/],
  ["an append to a dictionary", bytes("}K\x01a"), /a list/],
  ["two values", bytes("K\x01K\x02"), /several/],
  ["a call of a number", bytes("K\x01)R"), /a call of a known function/],
  ["a call of a storage class", bytes("ctorch\nFloatStorage\n)R"), /a call of a known function/],
  ["a class as value", bytes("ctorch\nFloatStorage\n"), /by itself/],
  ["attributes for a list", bytes("]}b"), /attributes/],
  ["a list that contains itself", bytes("]q\x00h\x00a"), /contains itself/],
  ["a dictionary that contains itself", bytes("}q\x00K\x01h\x00s"), /contains itself/],
  ["deep nesting", bytes("]".repeat(200), "a".repeat(199)), /levels of nesting/],
  ["nothing at all", bytes(), /a value on the stack/],
];
for (const [what, body, reason] of broken) {
  test(`a pickle with ${what} is refused`, () => expect(refusedPickle(body)).toMatch(reason));
}

const impossible: [string, Parameters<typeof tensor>[0]][] = [
  ["beyond its storage", { elements: 4, shape: [5], strides: [1] }],
  ["beyond its storage by its offset", { elements: 4, offset: 1, shape: [4], strides: [1] }],
  ["beyond its storage by its stride", { elements: 4, shape: [2], strides: [4] }],
  ["with a negative size", { elements: 4, shape: [-1], strides: [1] }],
  ["with a negative stride", { elements: 4, offset: 3, shape: [2], strides: [-1] }],
  ["with a negative offset", { elements: 4, offset: -1, shape: [2], strides: [1] }],
  ["with fewer strides than sizes", { elements: 4, shape: [2, 2], strides: [1] }],
  ["with too many axes", { elements: 4, shape: Array(65).fill(1), strides: Array(65).fill(1) }],
  [
    "of more elements than numbers can count",
    { elements: 4, shape: Array(60).fill(2 ** 30), strides: Array(60).fill(0) },
  ],
  ["over a storage of another size", { elements: 5, shape: [5], strides: [1] }],
  ["over a storage that is not there", { elements: 4, shape: [4], strides: [1], key: "7" }],
  ["over a storage outside the folder", { elements: 4, shape: [4], strides: [1], key: "../data.pkl" }],
];
for (const [what, options] of impossible) {
  test(`a tensor ${what} is refused by its name`, () => {
    expect(refusedPickle(bytes("}", text("weight"), tensor(options), "s"), [sixteen])).toContain(
      "tensor weight",
    );
  });
}

test("a storage used under two types is refused", () => {
  const body = bytes(
    "}",
    text("a"),
    tensor({ elements: 4, shape: [4], strides: [1] }),
    "s",
    text("b"),
    tensor({ elements: 4, shape: [4], strides: [1], storage: "IntStorage" }),
    "s",
  );
  expect(refusedPickle(body, [sixteen])).toContain("storage 0 as float32[4]");
});

test("a file of bytes that expands without end is refused for its memory", () => {
  // Each list holds the one before it ten times: the thirtieth means 10^30 values.
  const lists = Array.from({ length: 30 }, (_, i) => {
    const item = i === 0 ? bytes("K\x01") : bytes("h", i - 1);
    return bytes("](", ...Array<Uint8Array>(10).fill(item), "eq", i);
  });
  expect(refusedPickle(bytes("(", ...lists, "t"))).toContain("by references");
  // A 4-byte storage seen as ten billion elements.
  const expanded = tensor({ elements: 4, shape: [100000, 100000], strides: [0, 0] });
  expect(refusedPickle(bytes("}", text("weight"), expanded, "s"), [sixteen])).toContain(
    "twice the file's size",
  );
  // Many small objects, of which each costs more than its byte.
  expect(refusedPickle(bytes("(", "}".repeat(1_000_000), "t"))).toContain("twice the file's size");
});

test("a file cut off at any byte is refused, and so is one with a byte more", () => {
  writePickleFile(file, bytes("}", text("w"), tensor({ elements: 4, shape: [4], strides: [1] }), "s"), [
    sixteen,
  ]);
  const whole = readFileSync(file);
  expect((readPtFile(file) as PtMap).get("w")).toBeInstanceOf(PtTensor);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    refusal();
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.from("x")]));
  refusal();
});

test("a changed byte in the data of a tensor is noticed by its sum", () => {
  const data = new Float32Array(1000).fill(1.5);
  writePtFile(file, { weight: new PtTensor("float32", [1000], data) });
  const content = readFileSync(file);
  const at = content.indexOf(Buffer.from(data.buffer));
  content[at + 1234]! ^= 1;
  writeFileSync(file, content);
  expect(refusal()).toMatch(/tensor weight .*\n {2}expected {2}the sum/);
});

test("big-endian files are read: bytes are swapped by the size of the elements", () => {
  const storage = Buffer.alloc(16);
  for (let i = 0; i < 4; i++) storage.writeFloatBE(i + 0.5, 4 * i);
  const body = bytes("}", text("w"), tensor({ elements: 4, shape: [4], strides: [1] }), "s");
  writePickleFile(file, body, [storage], [{ name: "archive/byteorder", bytes: bytes("big") }]);
  const read = (readPtFile(file) as PtMap).get("w") as PtTensor;
  expect([...read.data]).toEqual([0.5, 1.5, 2.5, 3.5]);
  writePickleFile(file, body, [storage], [{ name: "archive/byteorder", bytes: bytes("middle") }]);
  expect(refusal()).toContain("middle");
});

test("archives with 64-bit sizes and offsets are read", () => {
  const entries = [{ name: "a/data.pkl", bytes: bytes("\x80\x02", int(-7), ".") }];
  writeArchive(file, entries, "always");
  expect(readPtFile(file)).toBe(-7);
});

test("an entry that is there twice, or none that holds a pickle, is refused", () => {
  const pickle = bytes("\x80\x02N.");
  writeArchive(file, [
    { name: "a/data.pkl", bytes: pickle },
    { name: "a/data.pkl", bytes: pickle },
  ]);
  expect(refusal()).toContain("several");
  writeArchive(file, [{ name: "xl/workbook.xml", bytes: bytes("<workbook/>") }]);
  expect(refusal()).toContain("a zip file of another kind");
});

test("what is no checkpoint at all is named", () => {
  const write = (content: string | Uint8Array) => {
    writeFileSync(file, content);
    return refusal();
  };
  expect(write("")).toContain("an empty file");
  expect(write("experiment: { name: x }\n")).toContain("a file of another kind");
  expect(write(bytes("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."))).toContain("before version 1.6");
  expect(write(bytes("\x80\x04\x95"))).toContain("a bare pickle");
  expect(write(bytes(u32(64), u32(0), '{"a":'))).toContain("safetensors");
  expect(refusal(join(folder, "absent.pt"))).toContain("no such file");
  const sub = join(folder, "sub.pt");
  mkdirSync(sub);
  expect(refusal(sub)).toContain("a folder");
});

test("a file that was cut off while it was written says so", () => {
  writePtFile(file, { weight: new PtTensor("float32", [1000], new Float32Array(1000)) });
  truncateSync(file, 2000);
  expect(refusal()).toContain("the end is missing");
});
