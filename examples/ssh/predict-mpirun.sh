#!/bin/sh
# Finds the tables of a folder of workbooks on machines that you reach over SSH, one shard per process of mpirun.
#
#   examples/ssh/predict-mpirun.sh HOSTFILE PROCESSES WORKBOOKS results.jsonl
#
# All machines see this folder under the same path. Run it again after a failure: finished workbooks are kept.
# MPIRUN names another mpirun, or adds options to it.
set -eu
${MPIRUN:-mpirun} --hostfile "$1" -n "$2" bun run predict "$3" --output "$4" --shard auto
bun run predict merge "${4%.jsonl}".shard-*-of-"$2".jsonl --output "$4"
