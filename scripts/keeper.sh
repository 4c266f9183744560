# shellcheck shell=bash
# While a demo runs, what ends of its servers and programs is started again: with its data, on its ports, with its settings.

# Names. Each that had to be started again becomes a line of the file $RUN_DIR/restarts.
KEPT_SERVERS=()
KEPT_PROGRAMS=()

# keep_until COMMAND…: returns when COMMAND succeeds.
keep_until() {
  until "$@"; do
    start_again_what_ended "${KEPT_SERVERS[@]}"
    # Programs are not ready without their servers, and may end without them.
    [[ -z $ALL_RUN ]] || start_again_what_ended "${KEPT_PROGRAMS[@]}"
    sleep 0.5
  done
}

# kept_task NAME COMMAND…: as run_task does.
kept_task() {
  begin_task "$@"
  keep_until has_ended "$1"
  await_task "$1"
}

# kept_step WHAT ARGUMENT…: as cli_step does; what fails because a server was away is done again once it is back.
kept_step() {
  local what=$1 code began restarts
  shift
  began=$(now_ms)
  while true; do
    restarts=$(restarts_so_far) code=0
    begin_task cli dotnet "$(program cli)" "$@" >"$(log_of "cli-$1")" 2>&1
    keep_until has_ended cli
    await_task cli || code=$?
    ((code != 0)) || break
    start_again_what_ended "${KEPT_SERVERS[@]}"
    (($(restarts_so_far) > restarts)) || fail_with_log "$what failed" "$(log_of "cli-$1")"
    keep_until all_servers_run
  done
  report "$what" "$(seconds_since "$began")"
}

# start_kept_programs NAME…: as start_programs does; only then are they kept.
start_kept_programs() {
  start_programs "$@" &
  remember starting-programs "$!"
  keep_until has_ended starting-programs
  await_task starting-programs || exit 1
  KEPT_PROGRAMS=("$@")
}

has_ended() { ! is_running "$1"; }

restarts_so_far() { if [[ -e $RUN_DIR/restarts ]]; then wc -l <"$RUN_DIR/restarts"; else echo 0; fi; }

all_servers_run() {
  local name
  for name in "${KEPT_SERVERS[@]}"; do
    if has_ended "$name" || is_running "starting-$name"; then
      return 1
    fi
  done
}

# start_again_what_ended NAME…: sets ALL_RUN when none has ended or is just being started. No exit code says so: an error in what a condition calls goes unnoticed.
start_again_what_ended() {
  local name
  ALL_RUN=yes
  for name in "$@"; do
    if is_running "starting-$name"; then
      ALL_RUN=''
    elif ! is_running "$name"; then
      ALL_RUN=''
      printf '%s\n' "$name" >>"$RUN_DIR/restarts"
      start_again "$name" 2>>"$(log_of restarts)" &
      remember "starting-$name" "$!"
    fi
  done
}

# start_again NAME: a failure ends no more than this try, whose reason is in the log of restarts, and the next look makes another.
start_again() {
  local name=$1 began pid started
  export SECKILL_RUN=$RUN_MARK
  began=$(now_ms)
  KEEPS_PORTS=yes
  # A child that outlives it may hold its port or its data.
  read -r pid started _ <"$(pid_file "$name")"
  kill_family "$pid" "$started"
  # It lives on without RabbitMQ, and has one of its ports.
  [[ $name != rabbitmq ]] || stop_processes 2 epmd
  case $name in
    api | worker-*) start_programs "$name" 3>/dev/null ;;
    *) start_server "$name" 3>/dev/null ;;
  esac
  report "$name" "ended; started again, ready after $(seconds_since "$began")"
}
