/** Hands an address to the browser. */

import { spawn } from "node:child_process";

/** Hands an address to the program that the system has for it. */
export function openInBrowser(address: string, onProblem: (problem: string) => void): void {
  const [program, ...words] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  const child = spawn(program!, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", (error) =>
    onProblem(`no browser was opened (${error.message}): open the address yourself`),
  );
  child.unref();
}
