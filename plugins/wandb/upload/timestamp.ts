/** Seconds since 1970 of a protobuf Timestamp; 0 where there is none. */
export function seconds(time: { seconds: bigint; nanos: number } | undefined): number {
  return time ? Number(time.seconds) + time.nanos / 1e9 : 0;
}
