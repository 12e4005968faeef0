/** The name in TensorFlow.js of the backend that runs on TensorFlow. */
export const NATIVE_BACKEND = "tensorflow";
