# RabbitMQ as a node of its own: own name, cookie, distribution port and port mapper, and no listeners but AMQP and the
# management page.

start_rabbitmq() {
  server_folder rabbitmq rabbitmq
  local home=$folder/rabbitmq
  if [ ! -f "$home/.erlang.cookie" ]; then
    (
      umask 077
      echo -n "$password" >"$home/.erlang.cookie"
      cat >"$home/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$rabbitmq_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $rabbitmq_management_port
default_user = llmgateway
default_pass = $password
log.file.level = warning
CONF
      echo '[rabbitmq_management].' >"$home/enabled_plugins"
    )
    chmod 400 "$home/.erlang.cookie"
    if [ "$(id -u)" = 0 ]; then chown -R rabbitmq: "$home"; fi
  fi

  if ! is_running epmd; then
    launch rabbitmq rabbitmq bash -c 'echo $$ >epmd.pid; exec epmd -address 127.0.0.1 -port "$1"' - "$epmd_port"
    await_port rabbitmq "$epmd_port"
  fi

  # Debian's wrapper would change the user and the folder; the script behind it takes all from the environment.
  rm -f "$home/rabbitmq.pid"
  launch rabbitmq rabbitmq env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    HOME="$home" \
    ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_NODENAME="llmgateway-$rabbitmq_port@localhost" \
    RABBITMQ_DIST_PORT="$rabbitmq_dist_port" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
    RABBITMQ_MNESIA_BASE="$home/data" \
    RABBITMQ_LOG_BASE="$home/log" \
    RABBITMQ_PID_FILE="$home/rabbitmq.pid" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

await_rabbitmq() {
  await_port rabbitmq "$rabbitmq_port"
  await_port rabbitmq "$rabbitmq_management_port"
}
