#!/bin/sh
# Finds the tables of a folder of workbooks with several processes of this machine, or of others over SSH.
#
#   examples/gnu-parallel/predict.sh WORKBOOKS results.jsonl SHARDS [option of parallel …]
#
# With `--sshlogin a,b --workdir .` the shards run on the machines a and b, which see this folder.
# Run it again after a failure: finished workbooks are kept. Needs GNU parallel.
set -eu
workbooks=$1 output=$2 shards=$3
shift 3
seq "$shards" | parallel --halt soon,fail=1 "$@" \
  bun run predict "$workbooks" --output "$output" --shard "{}/$shards"
bun run predict merge "${output%.jsonl}".shard-*-of-"$shards".jsonl --output "$output"
