# shellcheck shell=bash
# Redis, twice: the stock has a server of its own, apart from the cache. Both append to disk every second and never evict. The file is rewritten from 512 MiB on,
# some 200,000 orders, which are loaded in ten seconds: from Redis' own 64 MiB on a large sale pays for it again and again.

redis_ports() { echo "$1"; }

redis_start() {
  local name=$1 configuration=$DATA_DIR/$1.conf
  mkdir -p "$DATA_DIR/$name"
  # In a file: everybody can read a command line.
  (umask 077 && printf 'requirepass %s\n' "$(secret "$name")" >"$configuration")
  launch "$name" redis-server "$configuration" --bind 127.0.0.1 --port "$(port_of "$name")" --dir "$DATA_DIR/$name" --daemonize no \
    --appendonly yes --appendfsync everysec --auto-aof-rewrite-min-size 512mb --save '' --maxmemory-policy noeviction --tcp-backlog 511
}

redis_answers() { [[ $(REDISCLI_AUTH=$(secret "$1") redis-cli -h 127.0.0.1 -p "$(port_of "$1")" ping 2>/dev/null) == PONG ]]; }
