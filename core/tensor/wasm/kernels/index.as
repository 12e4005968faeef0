// All kernels: functions over addresses in the TensorFlow.js backend's own memory, without any state.

export * from "./attention";
export * from "./convolution";
export * from "./copy";
export * from "./deformable";
export * from "./elementwise";
export * from "./linear";
export * from "./linear-grad";
export * from "./normalise";
export * from "./packed";
