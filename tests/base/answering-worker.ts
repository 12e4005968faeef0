/** A worker that answers `say: x` with x, crashes on `crash`, ends on `exit` and ignores anything else. */

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<string>) => {
  if (data.startsWith("say: ")) self.postMessage(data.slice(5));
  if (data === "exit") process.exit(3);
  if (data === "crash") {
    setTimeout(() => {
      throw new Error("out of luck");
    });
  }
};
