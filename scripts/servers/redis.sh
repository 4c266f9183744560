# shellcheck shell=bash
# Redis, twice: the stock has a server of its own, apart from the cache. Both append to disk every second and never evict. The file is rewritten from 256 MiB on,
# which is loaded in seconds: from Redis' own 64 MiB on a large sale pays for it again and again.

redis_ports() { echo "$1"; }

redis_start() {
  local name=$1
  mkdir -p "$DATA_DIR/$name"
  launch "$name" redis-server --bind 127.0.0.1 --port "$(port_of "$name")" --dir "$DATA_DIR/$name" --daemonize no \
    --appendonly yes --appendfsync everysec --auto-aof-rewrite-min-size 256mb --save '' --maxmemory-policy noeviction --tcp-backlog 511
}

redis_answers() { [[ $(redis-cli -h 127.0.0.1 -p "$(port_of "$1")" ping 2>/dev/null) == PONG ]]; }
