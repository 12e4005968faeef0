/** The linear assignment problem: one-to-one pairs with the smallest total cost. */

/**
 * Solves it exactly, in float64, by shortest augmenting paths with potentials (Jonker and Volgenant 1987; for
 * rectangular matrices Crouse 2016). It takes O(min(rows, columns)² · max(rows, columns)).
 *
 * @param cost `rows * columns` finite numbers, row-major.
 * @returns min(rows, columns) pairs [row, column], sorted by row. If several solutions are equally good,
 *   the costs alone decide which one it is.
 * @throws {RangeError} If the length is wrong or a cost is not finite.
 *
 * @example
 * assign(Float64Array.of(4, 1, 2, 3), 2, 2); // [[0, 1], [1, 0]], total 3
 */
export function assign(cost: ArrayLike<number>, rows: number, columns: number): [number, number][] {
  if (cost.length !== rows * columns) {
    throw new RangeError(
      `A ${rows} x ${columns} assignment needs ${rows * columns} costs, got ${cost.length}`,
    );
  }
  for (let i = 0; i < cost.length; i++) {
    if (!Number.isFinite(cost[i])) {
      throw new RangeError(
        `Cost of row ${Math.floor(i / columns)}, column ${i % columns} has to be finite, got ${cost[i]}`,
      );
    }
  }
  // Every agent gets a task, so the smaller side are the agents.
  const flipped = rows > columns;
  const [agents, tasks] = flipped ? [columns, rows] : [rows, columns];
  const at = flipped
    ? (agent: number, task: number) => cost[task * columns + agent]!
    : (agent: number, task: number) => cost[agent * columns + task]!;
  const taskOf = shortestPaths(at, agents, tasks);
  const pairs = Array.from(taskOf, (task, agent): [number, number] =>
    flipped ? [task, agent] : [agent, task],
  );
  return pairs.sort((a, b) => a[0] - b[0]);
}

/** The state of the search, from one agent to the next and within the search for one agent. */
interface Search {
  readonly agentPrice: Float64Array;
  readonly taskPrice: Float64Array;
  /** The task of each agent and the agent of each task; −1 while there is none. */
  readonly taskOf: Int32Array;
  readonly agentOf: Int32Array;
  /** The length of the shortest path to each task from the agent that is being placed. */
  readonly distance: Float64Array;
  /** The agent before each task on that path. */
  readonly before: Int32Array;
}

/** The task of each agent. There must be at least as many tasks as agents. */
function shortestPaths(
  at: (agent: number, task: number) => number,
  agents: number,
  tasks: number,
): Int32Array {
  const search: Search = {
    agentPrice: new Float64Array(agents),
    taskPrice: new Float64Array(tasks),
    taskOf: new Int32Array(agents).fill(-1),
    agentOf: new Int32Array(tasks).fill(-1),
    distance: new Float64Array(tasks),
    before: new Int32Array(tasks),
  };
  const { agentPrice, taskPrice, agentOf, distance, before } = search;
  const done = new Uint8Array(tasks);
  for (let start = 0; start < agents; start++) {
    distance.fill(Number.POSITIVE_INFINITY);
    done.fill(0);
    const visited: number[] = []; // tasks whose distance is final, in that order
    let agent = start;
    let reached = 0;
    let end = -1;
    while (end < 0) {
      let nearest = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let task = 0; task < tasks; task++) {
        if (done[task]) continue;
        const through = reached + at(agent, task) - agentPrice[agent]! - taskPrice[task]!;
        if (through < distance[task]!) {
          distance[task] = through;
          before[task] = agent;
        }
        // If two tasks are equally near, a free one is better: it ends the search.
        const length = distance[task]!;
        if (length < least || (length === least && agentOf[task]! < 0 && agentOf[nearest]! >= 0)) {
          least = length;
          nearest = task;
        }
      }
      reached = least;
      done[nearest] = 1;
      visited.push(nearest);
      if (agentOf[nearest]! < 0) end = nearest;
      else agent = agentOf[nearest]!;
    }
    raisePrices(search, start, visited, reached);
    takePath(search, start, end);
  }
  return search.taskOf;
}

/** Keeps the reduced costs of assigned pairs at zero and all others at zero or more. */
function raisePrices(search: Search, start: number, visited: readonly number[], reached: number): void {
  const { agentPrice, taskPrice, agentOf, distance } = search;
  agentPrice[start] = agentPrice[start]! + reached;
  for (const task of visited) {
    const owner = agentOf[task]!;
    if (owner >= 0) agentPrice[owner] = agentPrice[owner]! + reached - distance[task]!;
    taskPrice[task] = taskPrice[task]! - reached + distance[task]!;
  }
}

/** Gives every agent on the path from `start` to the free task `end` the task that follows it. */
function takePath({ taskOf, agentOf, before }: Search, start: number, end: number): void {
  for (let task = end; ; ) {
    const owner = before[task]!;
    agentOf[task] = owner;
    const next = taskOf[owner]!;
    taskOf[owner] = task;
    if (owner === start) break;
    task = next;
  }
}
