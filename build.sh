#!/usr/bin/env bash
# The one door to the project: build, run, test, measure.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<'TEXT'
usage: ./build.sh <verb> [arguments]
  run      start everything in one process (arguments go to it: --urls, --config)
  test     check the format, build, and run every test
  format   format the code
  bench    measure: gateway | spool | allocations
TEXT
}

run() {
  dotnet build src/Hosts/Standalone -c Release -v quiet --nologo
  exec dotnet artifacts/bin/Standalone/release/LlmGateway.Standalone.dll "$@"
}

# Runs every test project and prints one line of totals, also when some fail.
run_tests() {
  dotnet restore LlmGateway.sln -v quiet
  dotnet format LlmGateway.sln --verify-no-changes --no-restore
  dotnet build LlmGateway.sln -c Release --no-restore -v quiet --nologo
  run_tests "$@"
}

bench() {
  dotnet build tests/LlmGateway.Benchmarks -c Release -v quiet --nologo
  exec dotnet artifacts/bin/LlmGateway.Benchmarks/release/LlmGateway.Benchmarks.dll "$@"
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
  run) run "$@" ;;
  test) tests "$@" ;;
  format) dotnet format LlmGateway.sln ;;
  bench) bench "$@" ;;
  *) usage; exit 2 ;;
esac
