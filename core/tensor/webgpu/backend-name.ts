/** TensorFlow.js's name of the backend that runs on Dawn. */
export const WEBGPU_BACKEND = "webgpu";
