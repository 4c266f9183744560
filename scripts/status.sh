# shellcheck shell=bash
# `status`: where everything is, whether it runs, and whether it is well.

status_command() {
  local json=''
  case ${1-} in
    '') ;;
    --json) json=yes ;;
    *) usage_error status "$1" ;;
  esac
  require_up
  local -a names
  mapfile -t names < <(status_names)
  if [[ -n $json ]]; then
    status_as_json "${names[@]}"
  else
    status_as_text "${names[@]}"
  fi
}

status_names() {
  local file
  echo api
  for file in "$RUN_DIR"/pids/worker-*; do
    [[ ! -e $file ]] || printf '%s\n' "${file##*/}"
  done
  printf '%s\n' mysql redis-stock redis-cache kafka rabbitmq postgres
}

# place_of NAME: the address, from the environment where that names a real server; empty for what does not run.
place_of() {
  case $1 in
    api | worker-*) ! is_running "$1" || printf 'http://%s' "$(address_of "$1")" ;;
    *) real_place_of "$1" || ! is_running "$1" || address_of "$1" ;;
  esac
}

real_place_of() {
  case $1 in
    mysql) [[ -n ${MYSQL_HOST-} ]] && printf '%s:%s' "$MYSQL_HOST" "${MYSQL_PORT:-3306}" ;;
    redis-stock) [[ -n ${REDIS_STOCK-} ]] && printf '%s' "$REDIS_STOCK" ;;
    redis-cache) [[ -n ${REDIS_CACHE-} ]] && printf '%s' "$REDIS_CACHE" ;;
    kafka) [[ -n ${KAFKA_BOOTSTRAP-} ]] && printf '%s' "$KAFKA_BOOTSTRAP" ;;
    rabbitmq) [[ -n ${RABBITMQ_HOST-} ]] && printf '%s:%s' "$RABBITMQ_HOST" "${RABBITMQ_PORT:-5672}" ;;
    postgres) [[ -n ${POSTGRES_HOST-} ]] && printf '%s:%s' "$POSTGRES_HOST" "${POSTGRES_PORT:-5432}" ;;
    *) return 1 ;;
  esac
}

status_of() {
  local place
  if place=$(real_place_of "$1"); then
    place=${place%%,*}
    if port_accepts "${place%:*}" "${place##*:}"; then echo reachable; else echo unreachable; fi
  else
    health_of "$1"
  fi
}

status_as_text() {
  local name
  printf '%-12s %-12s %-32s %s\n' NAME HEALTH ADDRESS PID
  for name in "$@"; do
    printf '%-12s %-12s %-32s %s\n' "$name" "$(status_of "$name")" "$(place_of "$name")" "$(pid_of "$name" || echo -)"
  done
}

status_as_json() {
  local name key place workers='' addresses='' pids='' health=''
  for name in "$@"; do
    key=$(json_key "$name")
    place=$(json_text "$(place_of "$name")")
    case $name in
      worker-*) workers+=${workers:+, }$place ;;
      *) addresses+=", \"$key\": $place" ;;
    esac
    pids+="${pids:+, }\"$key\": $(pid_of "$name" || echo null)"
    health+="${health:+, }\"$key\": \"$(status_of "$name")\""
  done
  printf '{"profile": "%s", "workers": [%s]%s, "pids": {%s}, "health": {%s}}\n' "$PROFILE" "$workers" "$addresses" "$pids" "$health"
}

json_key() {
  case $1 in
    redis-stock) echo redisStock ;;
    redis-cache) echo redisCache ;;
    *) echo "$1" ;;
  esac
}

json_text() { if [[ -n $1 ]]; then printf '"%s"' "${1//[\"\\]/}"; else printf null; fi; }
