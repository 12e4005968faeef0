/** The names of devices that a user can choose: `training.device`, and `--device` of commands. */

/** `mps` is PyTorch's name for Apple's GPUs. */
export const DEVICE_CHOICES = ["auto", "cpu", "cuda", "native", "webgpu", "wasm", "js", "mps"] as const;
