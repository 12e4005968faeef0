/** The benchmarks that `bun run bench` knows, each with what it measures; each is a file of its name. */
export const BENCHES = {
  model: "Measure training and forward speed of the network",
  ranks: "Measure a step shared by ranks of MPI, and what their exchange takes",
  xlsx: "Measure workbooks to feature grids, on one thread",
  generate: "Measure how many made-up workbooks are written per second",
  predict: "Measure workbooks to ranges, on all cores",
  library: "Measure the library in steady state: a detector that stays open",
  checkpoint:
    "Measure writing and reading a checkpoint of 25 M parameters, against torch.save and torch.load",
  "wandb-log": "Measure how many history records a second a local W&B log takes",
  "view-page": "Measure the page of the viewer in a browser, over the same runs, and a report",
  view: "Measure the viewer over 1,000 runs and 1,000,000 steps, and what the record of a run costs",
  "view-tensorboard": "Measure how soon all curves of runs are there, in the viewer and in TensorBoard",
  "wandb-upload": "Measure what an upload costs the training thread",
  compare: "Measure the network against the reference in PyTorch, in turns",
  scaling: "Measure a training as sheets, workers and the data set grow",
  "scaling-data": "Measure what a data set of any size costs a training, without a network",
  gpu: "Set up, check and measure the GPU of this machine, beside PyTorch (bench/gpu.sh)",
  regress: "Compare this folder with another commit: speed, memory, start, size, type check",
  proposals: "Count what the dense head proposes on validation sheets (no speed)",
  accuracy: "Measure a checkpoint on labelled datasets, beside connected blocks (no speed)",
  cases: "Say which layouts that detectors fail on a checkpoint finds right (no speed)",
  "own-sheets": "Fine-tune on 40 sheets of one source, and measure on its other sheets (no speed)",
  peers: "Compare what people would use instead on labelled sheets (no speed of the network)",
  curve: "Draw the learning curve of a run (no benchmark)",
  "scaling-model": "Work out what many ranks of a training gain, from times measured here",
  "make-large-workbook": "Write a workbook of many styled cells, for the benchmark xlsx",
} as const;

export type BenchName = keyof typeof BENCHES;
