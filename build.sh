#!/usr/bin/env bash
# The one door to the project: build, run, test, measure.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<'TEXT'
usage: ./build.sh <verb> [arguments]
  run      start everything in one process (arguments go to it: --urls, --config)
  demo     show the whole loop on real questions, and what each technique was worth [FOLDER];
           --stay leaves it up, to be looked at in the console
  up       start RabbitMQ, Redis, PostgreSQL and the services as processes [FOLDER]
  down     stop them; data stays
  test     build, check the format, and run every test
  format   format the code
  bench    measure: gateway | soak | services | local | spool | ingestion | datasets | evaluation | prompts | semantic | guardrails |
           sequential | shadows | retrieval | console | allocations
TEXT
}

# One compiler process for all projects takes half the time, also where the environment turns it off; it ends with the builds.
compile() {
  local project
  for project in "$@"; do
    dotnet build "$project" -c Release -v quiet --nologo -p:UseSharedCompilation=true
  done
  dotnet build-server shutdown --vbcscompiler >/dev/null
}

run() {
  compile src/Hosts/Standalone
  exec dotnet artifacts/bin/Standalone/release/LlmGateway.Standalone.dll "$@"
}

demo() {
  compile src/Hosts/Standalone docs/samples/Loop
  exec dotnet artifacts/bin/Loop/release/Loop.dll "$@"
}

# The npm package's tests need node; a machine with only the .NET SDK gets Debian's, where that is possible.
need_node() {
  if command -v node >/dev/null && command -v npm >/dev/null; then
    return
  fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null \
      || echo "node could not be installed: its tests are skipped, or fail where CI=true" >&2
  fi
}

# The console's tests drive a browser, which Playwright would download; Debian's does as well.
need_chromium() {
  if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
    return
  fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null \
      || echo "chromium could not be installed: its tests are skipped, or fail where CI=true" >&2
  fi
}

# Aspire's packages are not on every mirror. Asked once; without them the AppHost is built empty.
probe_aspire() {
  if [ -z "${UseAspire:-}" ]; then
    if [ ! -f artifacts/use-aspire ]; then
      mkdir -p artifacts
      if UseAspire=true dotnet restore AppHost -v quiet >/dev/null 2>&1; then echo true; else echo false; fi >artifacts/use-aspire
    fi
    UseAspire=$(<artifacts/use-aspire)
  fi
  if [ "$UseAspire" = false ]; then
    echo "Aspire's packages are not on this mirror: the AppHost is left out (rm artifacts/use-aspire asks again)."
  fi
  export UseAspire
}

up() {
  compile src/Hosts/{Gateway,Datasets,Evaluation,FineTuning,Retrieval,LocalModel,Console}.Host
  docker/processes.sh up "$@"
}

# Runs every test project and prints one line of totals, also when some fail.
run_tests() {
  local passed=0 failed=0 project name out rc total bad skipped
  for project in tests/*.Tests; do
    name=$(basename "$project")
    out=$(mktemp)
    rc=0
    timeout 3300 "artifacts/bin/$name/release/$name" -noColor -noLogo "$@" >"$out" 2>&1 || rc=$?
    grep -vE '^ *(Discovering|Discovered|Starting|Finished):' "$out" | tail -n 200 || true
    total='' bad='' skipped=''
    read -r total bad skipped < <(sed -nE 's/^ +.* Total: ([0-9]+), Errors: [0-9]+, Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3/p' "$out" | tail -n 1) || true
    passed=$((passed + ${total:-0} - ${bad:-0} - ${skipped:-0}))
    failed=$((failed + ${bad:-0}))
    # A crash, a time-out or a run without tests is a failure even if nothing was counted.
    if [ "${total:-0}" -eq 0 ] || { [ "$rc" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; }; then
      echo "$name ended with code $rc"
      failed=$((failed + 1))
    fi
    rm -f "$out"
  done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# One set of servers for all tests, in a folder of its own that goes with them. Tests that stop servers start their own.
start_test_servers() {
  LLMGATEWAY_TEST_SERVERS=$(mktemp -d /tmp/llmgateway-tests.XXXXXX)
  trap 'docker/servers.sh kill "$LLMGATEWAY_TEST_SERVERS" && rm -rf "$LLMGATEWAY_TEST_SERVERS"' EXIT
  if docker/servers.sh start "$LLMGATEWAY_TEST_SERVERS" >/dev/null; then
    export LLMGATEWAY_TEST_SERVERS
  else
    echo "RabbitMQ, Redis and PostgreSQL could not be started: their tests are skipped, or fail where CI=true" >&2
  fi
}

tests() {
  need_node
  need_chromium
  start_test_servers
  compile LlmGateway.sln
  dotnet format LlmGateway.sln --verify-no-changes --no-restore
  # Hosts are started by the hundred and live for seconds: they never get back what code costs that counts its own calls, and a
  # start is a tenth shorter where compiled code may be written in place.
  export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0
  run_tests "$@"
}

bench() {
  compile tests/LlmGateway.Benchmarks
  exec dotnet artifacts/bin/LlmGateway.Benchmarks/release/LlmGateway.Benchmarks.dll "$@"
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
  run) run "$@" ;;
  demo) demo "$@" ;;
  up) up "$@" ;;
  down) docker/processes.sh down "$@" ;;
  test) probe_aspire && tests "$@" ;;
  format) probe_aspire && dotnet format LlmGateway.sln ;;
  bench) bench "$@" ;;
  *) usage; exit 2 ;;
esac
