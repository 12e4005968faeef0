/** The name in TensorFlow.js of the backend that runs on Dawn. */
export const WEBGPU_BACKEND = "webgpu";
