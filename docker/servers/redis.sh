# Redis with an append-only file, so that a restart forgets at most a second.

start_redis() {
  server_folder redis redis
  (
    umask 077
    cat >"$folder/redis/redis.conf" <<CONF
bind 127.0.0.1
port $redis_port
requirepass $password
dir $folder/redis
pidfile $folder/redis/redis.pid
logfile $folder/redis/redis.log
appendonly yes
save ""
CONF
  )
  if [ "$(id -u)" = 0 ]; then chown redis: "$folder/redis/redis.conf"; fi
  launch redis redis redis-server "$folder/redis/redis.conf"
}

await_redis() { await_port redis "$redis_port"; }
