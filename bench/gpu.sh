#!/usr/bin/env bash
# Sets up, checks and measures the project on this machine's NVIDIA GPU, from a fresh clone, with npm or Bun.
#
# usage: bench/gpu.sh [--output file.json] [--quick] [more options of bench/gpu.ts]
#
# It brings Bun and the packages, then bench/gpu.ts does the rest. Whatever fails, the report is whole: if there
# is not even Bun, this script writes it. Exit codes: 0 every step is done, 1 a step failed or could not be done,
# 2 wrong usage, 130 interrupted.
set -uo pipefail

caller=$PWD
root=$(cd "$(dirname "$0")/.." && pwd)
bun_version=1.4.5
output=
quick=false
previous=
for argument in "$@"; do
  case $argument in
    --output=*) output=${argument#--output=} ;;
    --quick) quick=true ;;
  esac
  [ "$previous" = --output ] && output=$argument
  previous=$argument
done

if [ -z "$output" ]; then
  # A quick check must not replace the report of a whole run.
  if [ "$quick" = true ]; then output=gpu-quick.json; else output=gpu.json; fi
fi

json_text() { # json_text TEXT: as a string of JSON
  printf '%s' "$1" | tr -d '\000-\010\013-\037' |
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' |
    awk '{printf "%s%s", (NR > 1 ? "\\n" : ""), $0} END {print ""}' |
    sed -e 's/^/"/' -e 's/$/"/'
}

give_up() { # give_up STEP REASON: writes a whole report of one step that failed, and ends
  echo "failed: $1: $2" >&2
  local now file
  for file in "$output" "${output%.json}.log"; do
    if [ -e "$file" ] && ! grep -q "tablesense2 gpu report" "$file"; then
      echo "$file is there and no report: --output another file" >&2
      exit 2
    fi
  done
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  {
    printf '{\n  "kind": "tablesense2 gpu report",\n  "format_version": 1,\n  "status": "incomplete",\n'
    printf '  "started_at": "%s",\n  "seconds": %s,\n  "quick": %s,\n' "$now" "$SECONDS" "$quick"
    printf '  "steps": [\n    { "name": %s, "state": "failed", "seconds": %s, ' "$(json_text "$1")" "$SECONDS"
    printf '"reason": %s, "result": null }\n  ],\n  "ratios": {}\n}\n' "$(json_text "$2")"
  } >"$output.tmp" && mv "$output.tmp" "$output"
  printf 'tablesense2 gpu report, %s\n\n::: %s: failed\n%s\n' "$now" "$1" "$2" >"${output%.json}.log"
  exit 1
}

if command -v bun >/dev/null && [ "$(bun --version 2>/dev/null)" = "$bun_version" ]; then
  bun=(bun)
elif command -v npx >/dev/null; then
  bun=(npx --yes --prefer-offline "bun@$bun_version")
  said=$("${bun[@]}" --version 2>&1) || give_up "bun" "npx cannot bring Bun $bun_version: $said"
else
  give_up "bun" "neither Bun $bun_version nor npm is on this machine; install npm"
fi

case " $* " in *" --help "* | *" -h "*) packages=small ;; *) packages=all ;; esac
cd "$root" || exit 1
said=$("${bun[@]}" core/commands/setup.ts "$packages" 2>&1) || {
  cd "$caller" || exit 1
  give_up "packages" "$said"
}
cd "$caller" || exit 1
exec "${bun[@]}" "$root/bench/gpu.ts" "$@"
