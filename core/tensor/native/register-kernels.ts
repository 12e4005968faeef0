export function registerNativeKernels(_path: string): boolean {
  return false;
}
