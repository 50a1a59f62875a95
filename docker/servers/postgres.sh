# PostgreSQL on TCP only: a socket's path would soon be too long for it.

start_postgres() {
  server_folder postgres postgres
  local bin data=$folder/postgres/data
  bin=$(postgres_bin)
  if [ ! -f "$data/PG_VERSION" ]; then
    run_as postgres bash -c 'cd / && "$1/initdb" -D "$2" -U postgres -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --pwfile=<(echo "$3") >/dev/null' - "$bin" "$data" "$password"
    run_as postgres tee -a "$data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''
max_connections = 400
CONF
  fi
  launch postgres postgres "$bin/postgres" -D "$data"
}

# It listens before it takes queries, which a recovery can delay.
await_postgres() {
  local bin deadline=$((SECONDS + 120))
  bin=$(postgres_bin)
  until "$bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"; do
    if [ $SECONDS -ge $deadline ]; then
      tail -20 "$folder/postgres/start.log" >&2 || true
      fail "postgres does not answer on port $postgres_port after 120 s; its log is in $folder/postgres"
    fi
    sleep 0.1
  done
}
