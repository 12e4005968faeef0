/** The memory that a process uses on NVIDIA GPUs, as the driver's tool `nvidia-smi` reports it. */

/** MB over all GPUs; null if there is no `nvidia-smi` that runs, or if it does not list the process. */
export async function processGpuMemoryMb(
  pid: number,
  tool: string | null = Bun.which("nvidia-smi"),
): Promise<number | null> {
  if (tool === null) return null;
  const format = "--format=csv,noheader,nounits";
  try {
    const query = Bun.spawn([tool, "--query-compute-apps=pid,used_memory", format], {
      stdout: "pipe",
      stderr: "ignore",
      timeout: 2000,
    });
    return memoryOf(pid, await new Response(query.stdout).text());
  } catch {
    return null; // a driver that was half removed, or was made for another processor
  }
}

/** The sum over the lines `pid, MB` of a process; null if there is none. */
export function memoryOf(pid: number, rows: string): number | null {
  const used = rows
    .split("\n")
    .map((row) => row.split(",").map(Number))
    .filter(([owner, memory]) => owner === pid && Number.isFinite(memory))
    .map(([, memory]) => memory!);
  return used.length === 0 ? null : used.reduce((sum, memory) => sum + memory, 0);
}
