# shellcheck shell=bash
# Starting and stopping the private servers. A server NAME is described by functions in the file of its name:
# NAME_ports (names of the ports it needs), NAME_start (creates data when there is none, and launches), NAME_answers (ready to
# serve), and where needed NAME_complete (what is done once it answers; may be repeated).

readonly SERVER_DEADLINE_SECONDS=120

# private_servers: the servers that are ours to run; an address in the environment replaces one.
private_servers() {
  [[ -n ${MYSQL_HOST-} ]] || echo mysql
  [[ -n ${REDIS_STOCK-} ]] || echo redis-stock
  [[ -n ${REDIS_CACHE-} ]] || echo redis-cache
  [[ -n ${RABBITMQ_HOST-} ]] || echo rabbitmq
  [[ -n ${POSTGRES_HOST-} ]] || echo postgres
  [[ -n ${KAFKA_BOOTSTRAP-} ]] || echo kafka
}

# call NAME VERB: redis-stock is described by redis_*, with the name as argument.
call() { "${1%%-*}_$2" "$1"; }

stop_signal_of() {
  case $1 in
    starting-*) echo KILL ;;
    # PostgreSQL owns shared memory that only it can give back.
    postgres) if is_passing; then echo QUIT; else echo INT; fi ;;
    mysql | rabbitmq | redis-* | kafka | prometheus | alertmanager) if is_passing; then echo KILL; else echo TERM; fi ;;
    *) echo TERM ;;
  esac
}

# begin_servers NAME…: starts them side by side, in the background; await_servers collects them.
begin_servers() {
  local name
  for name in "$@"; do
    start_server "$name" &
    remember "starting-$name" "$!"
    STARTERS+=("$name:$!")
  done
}

STARTERS=()

await_servers() {
  local starter failed=''
  for starter in "${STARTERS[@]}"; do
    wait "${starter##*:}" || failed=yes
    rm -f -- "$(pid_file "starting-${starter%%:*}")"
  done
  [[ -z $failed ]] || exit 1
  for starter in "${STARTERS[@]}"; do
    is_running "${starter%%:*}" || fail_with_log "${starter%%:*} has ended since it was started" "$(log_of "${starter%%:*}")"
  done
  STARTERS=()
}

start_server() {
  local name=$1 began attempt
  export SECKILL_RUN=$RUN_MARK
  began=$(now_ms)
  if is_running "$name"; then
    wait_until "$SERVER_DEADLINE_SECONDS" answers_or_died "$name"
    if is_running "$name"; then
      report "$name" "$(address_of "$name"), running"
      return 0
    fi
  fi
  for attempt in 1 2 3; do
    # shellcheck disable=SC2046 # a list of names
    choose_ports $(call "$name" ports)
    call "$name" start
    wait_until "$SERVER_DEADLINE_SECONDS" answers_or_died "$name" ||
      fail_with_log "$name did not answer within $SERVER_DEADLINE_SECONDS s" "$(log_of "$name")"
    if is_running "$name"; then
      ! declare -F "${name%%-*}_complete" >/dev/null || call "$name" complete
      report "$name" "$(address_of "$name"), ready after $(seconds_since "$began")"
      return 0
    fi
    [[ -z ${KEEPS_PORTS-} ]] || break
    port_was_taken "$name" || break
    report "$name" "a port was taken meanwhile, trying others (attempt $attempt)"
    # shellcheck disable=SC2046 # a list of names
    (cd "$RUN_DIR/ports" && rm -f -- $(call "$name" ports))
  done
  fail_with_log "$name ended while starting" "$(log_of "$name")"
}

answers_or_died() { ! is_running "$1" || call "$1" answers; }

port_was_taken() { grep -qiE 'address (already )?in use|eaddrinuse' -- "$(log_of "$1")"; }

address_of() {
  local port
  port=$(port_of "$1") && printf '127.0.0.1:%s' "$port"
}

# stop_everything: programs first, then the servers that they use, then whatever else of this profile is still there.
stop_everything() {
  local name file grace=30
  local -a programs=() servers=()
  for file in "$RUN_DIR"/pids/*; do
    [[ -e $file ]] || continue
    name=${file##*/}
    case $name in
      mysql | redis-* | rabbitmq | postgres | kafka) servers+=("$name") ;;
      epmd) ;;
      *) programs+=("$name") ;;
    esac
  done
  ! is_passing || grace=5
  stop_processes "$grace" "${programs[@]}"
  stop_processes "$grace" "${servers[@]}"
  stop_processes 2 epmd
  kill_marked
  if [[ -L $RUN_DIR/sockets ]]; then
    rm -rf -- "$(readlink -- "$RUN_DIR/sockets")"
    rm -f -- "$RUN_DIR/sockets"
  fi
}

# stop_what_was_started_here: after a failed `up`, servers that an earlier `up` started keep running.
stop_what_was_started_here() {
  local file name
  local -a names=()
  for file in "$RUN_DIR"/pids/*; do
    name=${file##*/}
    if [[ -e $file ]] && started_here "$name"; then
      names+=("$name")
    fi
  done
  stop_processes 30 "${names[@]}"
}
