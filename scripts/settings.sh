# shellcheck shell=bash
# The settings of the programs, as .NET reads them from the environment: a private server's address, or the real one's.

# settings: NAME=VALUE lines.
settings() {
  mysql_settings
  redis_settings Redis__Stock redis-stock "${REDIS_STOCK-}" "${REDIS_STOCK_PASSWORD-}"
  redis_settings Redis__Cache redis-cache "${REDIS_CACHE-}" "${REDIS_CACHE_PASSWORD-}"
  printf 'Kafka__Bootstrap=%s\n' "${KAFKA_BOOTSTRAP:-$(address_of kafka || true)}"
  rabbitmq_settings
  postgres_settings
  printf 'Auth__KeysPath=%s\nLogs__Directory=%s\nLogs__LevelsFile=%s\n' "$LOCAL_DIR/keys" "$LOG_DIR" "$LOCAL_DIR/levels/levels.json"
  printf 'Alerts__WebhookToken=%s\n' "$(secret webhook)"
  printf 'Compensation__LogPath=%s\nAlerts__SpoolPath=%s\n' "$LOG_DIR/compensation" "$LOCAL_DIR/data/$PROFILE/spool/alerts"
  printf 'ASPNETCORE_ENVIRONMENT=Development\nDOTNET_ENVIRONMENT=Development\n'
}

mysql_settings() {
  if [[ -n ${MYSQL_HOST-} ]]; then
    server_settings Database__MySql "$MYSQL_HOST" "${MYSQL_PORT:-3306}" "${MYSQL_USER:-seckill}" "${MYSQL_PASSWORD-}"
  else
    server_settings Database__MySql 127.0.0.1 "$(port_of mysql || true)" seckill "$(secret mysql)"
  fi
  printf 'Database__MySql__Database=%s\n' "${MYSQL_DATABASE:-seckill}"
}

# redis_settings SECTION NAME REAL_ADDRESS REAL_PASSWORD
redis_settings() {
  local address=$3 password=$4
  if [[ -z $address ]]; then
    address=$(address_of "$2" || true)
    password=$(secret "$2")
  fi
  printf '%s__Host=%s\n%s__Port=%s\n%s__Db=0\n%s__Password=%s\n' "$1" "${address%:*}" "$1" "${address##*:}" "$1" "$1" "$password"
}

rabbitmq_settings() {
  if [[ -n ${RABBITMQ_HOST-} ]]; then
    server_settings RabbitMq "$RABBITMQ_HOST" "${RABBITMQ_PORT:-5672}" "${RABBITMQ_USER:-guest}" "${RABBITMQ_PASSWORD:-guest}"
  else
    server_settings RabbitMq 127.0.0.1 "$(port_of rabbitmq || true)" seckill "$(secret rabbitmq)"
  fi
  printf 'RabbitMq__VirtualHost=%s\n' "${RABBITMQ_VIRTUAL_HOST:-/}"
}

postgres_settings() {
  if [[ -n ${POSTGRES_HOST-} ]]; then
    server_settings Database__Postgres "$POSTGRES_HOST" "${POSTGRES_PORT:-5432}" "${POSTGRES_USER:-seckill}" "${POSTGRES_PASSWORD-}"
  else
    server_settings Database__Postgres 127.0.0.1 "$(port_of postgres || true)" seckill "$(secret postgres)"
  fi
  printf 'Database__Postgres__Database=%s\n' "${POSTGRES_DATABASE:-seckill}"
}

server_settings() { printf '%s__Host=%s\n%s__Port=%s\n%s__User=%s\n%s__Password=%s\n' "$1" "$2" "$1" "$3" "$1" "$4" "$1" "$5"; }

# record_settings: writes them down for later commands, and exports them for what is started now. The file's age tells which
# programs were started with other ones.
record_settings() {
  local -a lines
  # Programs watch the whole folder of the file.
  mkdir -p "$LOCAL_DIR/levels"
  (umask 077 && settings >"$RUN_DIR/settings.new")
  if cmp -s -- "$RUN_DIR/settings.new" "$RUN_DIR/settings"; then
    rm -f -- "$RUN_DIR/settings.new"
  else
    mv -f -- "$RUN_DIR/settings.new" "$RUN_DIR/settings"
  fi
  mapfile -t lines <"$RUN_DIR/settings"
  export "${lines[@]}"
}

# setting NAME: as recorded.
setting() {
  local line
  [[ -e $RUN_DIR/settings ]] || return 0
  while IFS= read -r line; do
    [[ $line != "$1="* ]] || printf '%s' "${line#*=}"
  done <"$RUN_DIR/settings"
}

# An address in the environment must be complete, or the error would come much later from a program.
check_environment() {
  local name
  for name in REDIS_STOCK REDIS_CACHE; do
    [[ -z ${!name-} || ${!name} =~ ^[^:]+:[0-9]+$ ]] || fail "$name must be host:port, not '${!name}'"
  done
  for name in MYSQL_PORT RABBITMQ_PORT POSTGRES_PORT; do
    [[ -z ${!name-} || ${!name} =~ ^[0-9]+$ ]] || fail "$name must be a number, not '${!name}'"
  done
}
