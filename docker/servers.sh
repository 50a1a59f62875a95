#!/usr/bin/env bash
# RabbitMQ, Redis and PostgreSQL with pgvector from Debian's packages, for machines without a Docker engine.
# Each folder is a set of servers of its own: its data, logs, ports and password; sets run beside one another.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/servers/common.sh"
source "$here/servers/install.sh"
source "$here/servers/rabbitmq.sh"
source "$here/servers/redis.sh"
source "$here/servers/postgres.sh"

usage() {
  cat <<'TEXT'
usage: docker/servers.sh <verb> [FOLDER] [rabbitmq|redis|postgres ...]
  install          install the packages, once; needs root
  start   FOLDER   start all three, or the named ones, and print their connection strings
  stop    FOLDER   stop them; data, ports and password stay for the next start
  kill    FOLDER   stop them as a crash would (kill -9)
  freeze  FOLDER   keep them from running while their connections stay open (kill -STOP)
  thaw    FOLDER   let them run on
  status  FOLDER   tell which ones run
  env     FOLDER   print the connection strings as NAME=value lines
FOLDER must be reachable for the servers' own users: below /tmp or /var/lib, not below /root.
TEXT
}

verb=${1:-}
case "$verb" in
  install) install_servers; exit ;;
  start | stop | kill | freeze | thaw | status | env) [ $# -ge 2 ] || { usage; exit 2; } ;;
  *) usage; exit 2 ;;
esac

folder=$(realpath -m "$2")
shift 2
servers=("$@")
[ ${#servers[@]} -gt 0 ] || servers=(rabbitmq redis postgres)
for server in "${servers[@]}"; do
  case "$server" in
    rabbitmq | redis | postgres) ;;
    *) fail "there is no server '$server'; there are rabbitmq, redis and postgres" ;;
  esac
done

case "$verb" in
  start)
    install_servers >&2
    open_folder
    for server in "${servers[@]}"; do is_running "$server" || "start_$server" >&2; done
    for server in "${servers[@]}"; do "await_$server" >&2; done
    print_env
    ;;
  stop | kill | freeze | thaw)
    for server in "${servers[@]}"; do "${verb}_server" "$server"; done
    ;;
  status)
    for server in "${servers[@]}"; do
      if is_running "$server"; then echo "$server runs, process $(pid_of "$server")"; else echo "$server is stopped"; fi
    done
    ;;
  env)
    [ -f "$folder/settings" ] || fail "$folder holds no servers: start them first"
    source "$folder/settings"
    print_env
    ;;
esac
