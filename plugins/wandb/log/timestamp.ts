/** Points in time as protobuf's Timestamp holds them: whole seconds since 1970 and nanoseconds. */

/** @param at ms since 1970. */
export function timestamp(at: number): { seconds: bigint; nanos: number } {
  const seconds = Math.floor(at / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((at - seconds * 1000) * 1e6) };
}

/** The other way round: seconds since 1970; 0 where there is no time. */
export function seconds(time: { seconds: bigint; nanos: number } | undefined): number {
  return time ? Number(time.seconds) + time.nanos / 1e9 : 0;
}
