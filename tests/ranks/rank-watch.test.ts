/** Tests that rank 0 goes on watching, whoever connects to its port. */

import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { RankWatch } from "../../core/ranks/rank-watch.ts";

const name = (rank: number) => ({ rank, host: "here", pid: 1 });

test("strangers on rank 0's port are dropped, and its watch goes on", async () => {
  const losses: string[] = [];
  const news = { lost: (why: string) => void losses.push(why), stop: () => {} };
  const watch = await RankWatch.lead(name(0), 2, ["127.0.0.1"], news);
  const { port, token } = watch.address;
  const strangers = ["GET / HTTP/1.0\r\n\r\n", "null\n", "[]\n", '{"kind":"hello","token":"x"}\n', "\xff\n"];
  for (const words of [...strangers, "x".repeat(1_000_000)]) {
    const stranger = connect({ host: "127.0.0.1", port });
    stranger.on("error", () => {});
    stranger.write(words);
    await new Promise((closed) => stranger.on("close", closed));
  }
  const rank = connect({ host: "127.0.0.1", port });
  rank.write(`${JSON.stringify({ kind: "hello", token, from: name(1) })}\n`);
  const [answer] = (await once(rank, "data")) as [Buffer];
  expect(answer.toString()).toBe('{"kind":"alive"}\n');
  expect(losses).toEqual([]);
  rank.end('{"kind":"bye"}\n');
  watch.close(0);
  watch.finish();
}, 60_000);
