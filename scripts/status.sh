# shellcheck shell=bash
# `status`: where everything is, whether it runs, and whether it is well.

status_command() {
  local json=''
  case ${1-} in
    '') ;;
    --json) json=yes ;;
    *) usage_error status "$1" ;;
  esac
  use_profile dev
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
  # These are there only when they were asked for.
  for file in prometheus alertmanager; do
    [[ ! -e $(pid_file "$file") ]] || printf '%s\n' "$file"
  done
}

# place_of NAME: the address; empty for what does not run.
place_of() {
  case $1 in
    api | worker-* | prometheus | alertmanager) ! is_running "$1" || printf 'http://%s' "$(address_of "$1")" ;;
    *) if is_private "$1"; then ! is_running "$1" || address_of "$1"; else real_place_of "$1"; fi ;;
  esac
}

is_private() { [[ -e $(pid_file "$1") ]]; }

real_place_of() {
  local section
  case $1 in
    mysql) section=Database__MySql ;;
    postgres) section=Database__Postgres ;;
    redis-stock) section=Redis__Stock ;;
    redis-cache) section=Redis__Cache ;;
    rabbitmq) section=RabbitMq ;;
    kafka)
      setting Kafka__Bootstrap
      return
      ;;
  esac
  [[ -z $(setting "${section}__Host") ]] || printf '%s:%s' "$(setting "${section}__Host")" "$(setting "${section}__Port")"
}

status_of() {
  local place
  place=$(place_of "$1")
  if [[ $1 == api || $1 == worker-* || -z $place ]] || is_private "$1"; then
    health_of "$1"
  else
    place=${place%%,*}
    if port_accepts "${place%:*}" "${place##*:}"; then echo reachable; else echo unreachable; fi
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
