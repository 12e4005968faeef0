/** Tests that no change of a label gets lost: a server that is gone, one that is older or newer, a reload. */

import { expect, test } from "bun:test";
import type { SheetLabel } from "../../../core/labelling/label-messages.ts";
import type { Edit } from "../../../core/labelling/page/state/edit-history.ts";
import { SaveQueue, type Unsaved } from "../../../core/labelling/page/state/save-queue.ts";
import { until } from "../../support/until.ts";

class MadeUpStorage {
  readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  key(at: number): string | null {
    return [...this.kept.keys()][at] ?? null;
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, text: string): void {
    this.kept.set(key, text);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** A server with one label per sheet, which can be switched off. */
class MadeUpServer {
  isUp = true;
  readonly labels = new Map<string, SheetLabel>();
  readonly put = async (id: string, { version, edit }: Unsaved): Promise<Response> => {
    await null;
    if (!this.isUp) throw new TypeError("fetch failed");
    const now = this.labels.get(id);
    if (now !== undefined && now.version !== version) return Response.json(now, { status: 409 });
    const label = { id, ...edit, version: version + 1, by: null, at: null, proposals: [], problem: null };
    this.labels.set(id, label);
    return Response.json(label);
  };
}

const edit = (...tables: string[]): Edit => ({ state: "labelled", tables, confidence: null, note: "" });

function queueOn(server: Pick<MadeUpServer, "put">, storage = new MadeUpStorage()) {
  const later: (() => void)[] = [];
  const queue = new SaveQueue({
    storage,
    name: "labels",
    put: server.put,
    later: (again) => later.push(again),
    onSaved: () => {},
    onChange: () => {},
  });
  return { queue, storage, retry: () => later.shift()?.() };
}

test("changes made while one is on its way are saved on top of it", async () => {
  const server = new MadeUpServer();
  const { queue, storage } = queueOn(server);
  for (const text of ["A1:B2", "A1:B3", "A1:B4"]) queue.add("s", 0, edit(text));
  await until(() => queue.size === 0);
  expect(server.labels.get("s")).toMatchObject({ version: 2, tables: ["A1:B4"] });
  expect(storage.length).toBe(0);
});

test("a server that is gone gets the change when it is back", async () => {
  const server = new MadeUpServer();
  const { queue, retry } = queueOn(server);
  server.isUp = false;
  queue.add("s", 0, edit("A1:B2"));
  await until(() => queue.lineProblem !== null);
  expect(queue.size).toBe(1);
  server.isUp = true;
  retry();
  await until(() => queue.size === 0);
  expect(queue.lineProblem).toBeNull();
  expect(server.labels.get("s")?.tables).toEqual(["A1:B2"]);
});

test("a page that is opened again sends what the closed one kept", async () => {
  const server = new MadeUpServer();
  server.isUp = false;
  const { queue, storage } = queueOn(server);
  queue.add("s", 0, edit("C1:D2"));
  await until(() => queue.lineProblem !== null);
  server.isUp = true;
  const again = queueOn(server, storage);
  await until(() => again.queue.size === 0);
  expect(server.labels.get("s")?.tables).toEqual(["C1:D2"]);
});

test("a server that was killed with a change on the disk and its answer unsent is no other author", async () => {
  const server = new MadeUpServer();
  const put = server.put;
  const storage = new MadeUpStorage();
  const dying = {
    put: async (...given: Parameters<typeof put>) => {
      await put(...given);
      throw new TypeError("fetch failed");
    },
  };
  const { queue } = queueOn(Object.assign(new MadeUpServer(), dying), storage);
  queue.add("s", 0, edit("A1:A9"));
  await until(() => queue.lineProblem !== null);
  queue.add("s", 0, edit("A1:A5"));
  const again = queueOn(server, storage);
  await until(() => again.queue.size === 0 || again.queue.conflicts.size > 0);
  expect(again.queue.conflicts.size).toBe(0);
  expect(server.labels.get("s")).toMatchObject({ version: 2, tables: ["A1:A5"] });
});

test("a label that somebody else changed waits for a person, who keeps either one", async () => {
  for (const isMine of [true, false]) {
    const server = new MadeUpServer();
    await server.put("s", { version: 0, edit: edit("A1:A9") });
    const { queue } = queueOn(server);
    queue.add("s", 0, edit("B1:B9"));
    await until(() => queue.conflicts.size === 1);
    expect(queue.conflicts.get("s")).toMatchObject({
      mine: { tables: ["B1:B9"] },
      theirs: { tables: ["A1:A9"] },
    });
    queue.settle("s", isMine ? edit("B1:B9") : null);
    await until(() => queue.size === 0);
    expect(server.labels.get("s")?.tables).toEqual([isMine ? "B1:B9" : "A1:A9"]);
  }
});

test("a change whose answer was lost is no conflict, also if the person went on meanwhile", async () => {
  const server = new MadeUpServer();
  await server.put("s", { version: 0, edit: edit("A1:A9") });
  const { queue } = queueOn(server);
  queue.add("s", 0, edit("A1:A9"));
  queue.add("s", 0, edit("A1:A5"));
  await until(() => queue.size === 0 || queue.conflicts.size > 0);
  expect(queue.conflicts.size).toBe(0);
  expect(server.labels.get("s")?.tables).toEqual(["A1:A5"]);
});

test("a change whose answer was lost is no conflict", async () => {
  const server = new MadeUpServer();
  await server.put("s", { version: 0, edit: edit("A1:A9") });
  const { queue } = queueOn(server);
  queue.add("s", 0, edit("A1:A9"));
  await until(() => queue.size === 0);
  expect(queue.conflicts.size).toBe(0);
});

test("a server that cannot write says why, and gets the change again", async () => {
  const server = new MadeUpServer();
  let isFull = true;
  const put: typeof server.put = (id, unsaved) =>
    isFull ? Promise.resolve(Response.json({ error: "no room" }, { status: 503 })) : server.put(id, unsaved);
  const { queue, retry } = queueOn({ put });
  queue.add("s", 0, edit("A1:B2"));
  await until(() => queue.lineProblem !== null);
  expect([queue.lineProblem, queue.size, queue.conflicts.size]).toEqual(["no room", 1, 0]);
  isFull = false;
  retry();
  await until(() => queue.size === 0);
  expect(server.labels.get("s")?.tables).toEqual(["A1:B2"]);
});
