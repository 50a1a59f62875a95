# What the three servers share: the folder, its ports and password, and processes known by their pid.

fail() {
  echo "servers.sh: $*" >&2
  exit 1
}

# Makes the folder on its first use: ports that nobody listens on and a password, kept for every later start.
open_folder() {
  mkdir -p "$folder"
  exec {folder_lock}>"$folder/.lock"
  flock "$folder_lock"
  if [ ! -f "$folder/settings" ]; then
    chmod 711 "$folder"
    (
      umask 077
      {
        for name in rabbitmq_port rabbitmq_management_port rabbitmq_dist_port epmd_port redis_port postgres_port; do echo "$name=$(free_port)"; done
        echo "password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
      } >"$folder/settings.new"
    )
    mv "$folder/settings.new" "$folder/settings"
  fi
  source "$folder/settings"
}

# Below the range that outgoing connections are given, so that none of them takes the port while a server is down.
free_port() {
  local port
  while true; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! is_listening "$port" && ! grep -qs "=$port$" "$folder/settings.new"; then
      echo "$port"
      return
    fi
  done
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A server's own folder, which its own user owns. Nothing runs as root; PostgreSQL would refuse to.
server_folder() {
  local name=$1 user=$2
  mkdir -p "$folder/$name"
  if [ "$(id -u)" = 0 ]; then
    chown "$user:" "$folder/$name"
    run_as "$user" test -w "$folder/$name" ||
      fail "$folder is below a folder that the user '$user' may not enter; choose one below /tmp or /var/lib"
  fi
}

# Puts a command in front that becomes the user for good; runuser would stay as the parent of every server.
as_user() {
  as=()
  if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid "$1" --regid "$1" --init-groups); fi
}

run_as() {
  as_user "$1"
  shift
  "${as[@]}" "$@"
}

# Starts a process that outlives this script, in the server's folder, and lets go of the lock that the script holds.
launch() {
  local name=$1 user=$2
  shift 2
  (
    cd "$folder/$name"
    exec {folder_lock}>&-
    as_user "$user"
    exec "${as[@]}" setsid "$@" </dev/null >>"$folder/$name/start.log" 2>&1
  ) &
  disown
}

pid_file() {
  case "$1" in
    postgres) echo "$folder/postgres/data/postmaster.pid" ;;
    epmd) echo "$folder/rabbitmq/epmd.pid" ;;
    */*) echo "$folder/$1/service.pid" ;; # a service's replica
    *) echo "$folder/$1/$1.pid" ;;
  esac
}

# The server's process; empty if the file is stale, which the process's own folder tells: numbers are used again.
pid_of() {
  local file pid
  file=$(pid_file "$1")
  [ -s "$file" ] || return 0
  pid=$(head -1 "$file" | tr -d ' ')
  case "$(readlink "/proc/$pid/cwd" 2>/dev/null)/" in "$folder"/*) echo "$pid" ;; esac
}

is_running() { [ -n "$(pid_of "$1")" ]; }

# Waits until a port answers, five minutes at most: a busy machine starts slowly.
await_port() {
  local name=$1 port=$2 deadline=$((SECONDS + 300))
  until is_listening "$port"; do
    if [ $SECONDS -ge $deadline ]; then
      tail -20 "$folder/$name"/*.log >&2 || true
      fail "$name does not answer on port $port after 300 s; its log is in $folder/$name"
    fi
    sleep 0.1
  done
}

stop_server() {
  # PostgreSQL's TERM waits for every client to leave; INT ends their sessions.
  case "$1" in postgres) signal_server postgres INT ;; *) signal_server "$1" TERM ;; esac
  if [ "$1" = rabbitmq ]; then signal_server epmd TERM; fi
}

kill_server() {
  signal_server "$1" KILL
  if [ "$1" = rabbitmq ]; then signal_server epmd KILL; fi
}

# The server's own process: PostgreSQL's and RabbitMQ's other processes run on.
freeze_server() { kill -STOP "$(pid_of "$1")"; }

thaw_server() { kill -CONT "$(pid_of "$1")"; }

# Sends a signal and waits for the end; after 30 s the process is killed.
signal_server() {
  local name=$1 signal=$2 pid deadline=$((SECONDS + 30))
  pid=$(pid_of "$name")
  [ -n "$pid" ] || return 0
  kill "-$signal" "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null && [ "$(ps -o stat= -p "$pid" | cut -c1)" != Z ]; do
    if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    sleep 0.1
  done
  rm -f "$(pid_file "$name")"
}

# The same keys as the AppHost's and compose's, one database a service.
print_env() {
  local host=127.0.0.1 database
  echo "ConnectionStrings__rabbitmq=amqp://llmgateway:$password@$host:$rabbitmq_port"
  echo "ConnectionStrings__redis=$host:$redis_port,password=$password"
  echo "RABBITMQ_MANAGEMENT=http://llmgateway:$password@$host:$rabbitmq_management_port"
  for database in gateway datasets evaluation finetuning retrieval; do
    echo "ConnectionStrings__$database=Host=$host;Port=$postgres_port;Username=postgres;Password=$password;Database=$database"
  done
}
