#!/usr/bin/env bash
# The services as processes of this machine, beside servers that docker/servers.sh starts: ./build.sh up and down.
# The keys of their configuration are those that the AppHost and compose.yaml set.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/servers/common.sh"

# Name, host, replicas, and what it refers to: servers, databases, services.
services() {
  service local-model LocalModel.Host 1
  service datasets Datasets.Host 1 rabbitmq datasets-db evaluation
  service evaluation Evaluation.Host 1 rabbitmq evaluation-db datasets gateway
  service fine-tuning FineTuning.Host 1 rabbitmq finetuning-db datasets evaluation gateway local-model
  service retrieval Retrieval.Host 1 rabbitmq retrieval-db datasets gateway
  service gateway Gateway.Host 2 rabbitmq redis gateway-db datasets evaluation fine-tuning local-model retrieval console
  service console Console.Host 1 gateway
}

up() {
  "$here/servers.sh" start "$folder" >/dev/null
  open_folder
  exec {folder_lock}>&-
  make_secrets
  local -A endpoints=()
  service() { choose_ports "$@"; }
  services
  service() { start_service "$@"; }
  services
  service() { await_service "$@"; }
  services
  welcome
}

down() {
  [ -f "$folder/settings" ] || return 0
  service() { stop_service "$@"; }
  services
  "$here/servers.sh" stop "$folder"
}

# Made once: every service must have the same signing key, and every gateway the same admin key.
make_secrets() {
  if [ ! -f "$folder/secrets" ]; then
    (
      umask 077
      echo "internal_key=$(random_hex 32)" >"$folder/secrets"
      echo "admin_key=${LLMGATEWAY_ADMIN_KEY:-sk-lg-admin-$(random_hex 20)}" >>"$folder/secrets"
    )
  fi
  source "$folder/secrets"
}

random_hex() { od -An "-N$1" -tx1 /dev/urandom | tr -d ' \n'; }

# The gateway's replicas listen where callers look for them, the others anywhere; a start after the first keeps the ports.
choose_ports() {
  local name=$1 replicas=$3 replica port
  mkdir -p "$folder/$name"
  for ((replica = 1; replica <= replicas; replica++)); do
    if [ ! -f "$folder/$name/port-$replica" ]; then
      if [ "$name" = gateway ]; then port=$((${LLMGATEWAY_PORT:-8080} + replica - 1)); else port=$(free_port); fi
      echo "$port" >"$folder/$name/port-$replica"
    fi
    endpoints[$name]+="$(<"$folder/$name/port-$replica") "
  done
}

start_service() {
  local name=$1 host=$2 replicas=$3 bin replica port reference environment
  shift 3
  bin=$here/../artifacts/bin/$host/release
  for ((replica = 1; replica <= replicas; replica++)); do
    if is_running "$name/$replica"; then continue; fi
    port=$(<"$folder/$name/port-$replica")
    mkdir -p "$folder/$name/$replica" "$folder/$name/data"
    environment=(
      "ASPNETCORE_URLS=http://127.0.0.1:$port"
      "OTEL_SERVICE_NAME=$name" "OTEL_RESOURCE_ATTRIBUTES=service.instance.id=$name-$replica"
      "LLMGATEWAY_DATA=$folder/$name/data" "Services__InternalKey=$internal_key" "LLMGATEWAY_ADMIN_KEY=$admin_key"
    )
    for reference in "$@"; do add_reference "$reference"; done
    (
      cd "$folder/$name/$replica"
      exec setsid env "${environment[@]}" dotnet "$bin/LlmGateway.$host.dll" --contentRoot "$bin" </dev/null >>service.log 2>&1
    ) &
    echo $! >"$(pid_file "$name/$replica")"
    disown
  done
}

# What a reference is to a service: a connection string, or the addresses of another service. A name with a dash can be
# in an environment, but bash cannot export it.
add_reference() {
  local name=${1%-db} index=0 port
  case "$1" in
    rabbitmq | redis | *-db) environment+=("$(print_env | grep "^ConnectionStrings__$name=")") ;;
    *) for port in ${endpoints[$1]}; do environment+=("services__$1__http__$((index++))=http://127.0.0.1:$port"); done ;;
  esac
}

await_service() {
  local name=$1 replicas=$3 replica deadline=$((SECONDS + 180))
  for ((replica = 1; replica <= replicas; replica++)); do
    until "$here/healthy.sh" "$(<"$folder/$name/port-$replica")" 2>/dev/null; do
      if ! is_running "$name/$replica" || [ $SECONDS -ge $deadline ]; then
        tail -20 "$folder/$name/$replica/service.log" >&2
        fail "$name does not start; its log is $folder/$name/$replica/service.log"
      fi
      sleep 0.2
    done
  done
}

stop_service() {
  local name=$1 replicas=$3 replica
  for ((replica = 1; replica <= replicas; replica++)); do signal_server "$name/$replica" TERM; done
}

welcome() {
  local ports=(${endpoints[gateway]})
  cat <<TEXT

LlmGateway is up, as processes. Logs and data are in $folder; ./build.sh down stops it.

  OpenAI base URL   http://127.0.0.1:${ports[0]}/v1   (and port ${ports[1]}, the second replica)
  Console           http://127.0.0.1:${ports[0]}/console
  Admin key         $admin_key
TEXT
}

default_folder=$([ "$(id -u)" = 0 ] && echo /var/lib/llmgateway || echo "${XDG_DATA_HOME:-$HOME/.local/share}/llmgateway")
verb=${1:-}
folder=$(realpath -m "${2:-$default_folder}")
case "$verb" in
  up | down) "$verb" ;;
  *) fail "usage: docker/processes.sh up|down [FOLDER]" ;;
esac
