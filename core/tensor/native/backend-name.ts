/** TensorFlow.js's name of the backend that runs on TensorFlow. */
export const NATIVE_BACKEND = "tensorflow";
