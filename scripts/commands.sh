# shellcheck shell=bash
# The commands that are about the lasting profile: up, down, status, env, top, dashboards, token, audit, trace, replay-log, report, logs.

up_command() {
  local workers=1 servers_only=''
  MONITORING=''
  while (($# > 0)); do
    case $1 in
      --workers) check_number "$1" "${2-}" 1 32 && workers=$2 && shift ;;
      --servers-only) servers_only=yes ;;
      --monitoring) MONITORING=yes ;;
      *) usage_error up "$1" ;;
    esac
    shift
  done
  [[ -z $servers_only || -z $MONITORING ]] || fail "--monitoring watches programs, and --servers-only starts none"

  local began
  began=$(now_ms)
  prepare_profile dev
  lock_profile
  ON_FAILURE=stop_what_was_started_here
  stop_replaced_servers
  if [[ -n $servers_only ]]; then
    start_servers kafka tools/Seckill.DevKafka kafka
  else
    start_servers all Seckill.sln kafka api worker cli
    prepare_data
    stop_outdated_programs "$workers"
    # shellcheck disable=SC2046 # a list of names
    start_programs $(worker_names "$workers") api
    tell_prometheus
    cli_step "open activity" seed
    [[ -z $MONITORING ]] || start_monitoring
  fi
  ON_FAILURE=''
  say ""
  say "Up after $(seconds_since "$began"). Addresses: ./seckill status · a token: ./seckill token --sub alice · stop: ./seckill down"
}

# prepare_profile NAME: everything before the first server.
prepare_profile() {
  check_environment
  create_profile_named "$1"
  install_packages "$1"
  remove_abandoned
}

create_profile_named() {
  case $1 in
    dev) use_profile dev && create_profile ;;
    *) create_passing_profile "$1" && ON_EXIT=remove_passing_profile ;;
  esac
}

# start_servers KEY TARGET PROGRAM…: servers come up while TARGET is being built; the Kafka stand-in is one of the things built.
start_servers() {
  local key=$1 target=$2
  local -a servers
  shift 2
  heading "Servers and build (logs: $LOG_DIR)"
  mapfile -t servers < <(private_servers | grep -vx kafka)
  begin_servers "${servers[@]}"
  build "$key" "$target"
  copy_programs "$@"
  [[ $key == kafka ]] || ensure_keys
  unlock_build
  [[ -n ${KAFKA_BOOTSTRAP-} ]] || begin_servers kafka
  await_servers
  record_settings
}

# stop_replaced_servers: private ones whose place a real one has taken since they were started.
stop_replaced_servers() {
  local name private
  private=" $(private_servers | tr '\n' ' ')"
  for name in mysql redis-stock redis-cache rabbitmq postgres kafka; do
    [[ $private == *" $name "* ]] || stop_processes 30 "$name"
  done
}

prepare_data() {
  heading "Data and programs"
  cli_step "database schema" migrate
}

# stop_outdated_programs WORKERS: those whose build or settings are not the current ones any more, and workers beyond the
# wished number.
stop_outdated_programs() {
  local name started
  local -a outdated=()
  for name in api $(running_workers); do
    is_running "$name" || continue
    started=$(pid_file "$name")
    if [[ $RUN_DIR/bin/${name%%-*} -nt $started || $RUN_DIR/settings -nt $started ]] || [[ $name == worker-* && ${name#worker-} -gt $1 ]]; then
      outdated+=("$name")
    fi
  done
  stop_processes 30 "${outdated[@]}"
}

down_command() {
  local delete=''
  while (($# > 0)); do
    case $1 in
      --delete-data) delete=yes ;;
      *) usage_error down "$1" ;;
    esac
    shift
  done
  local began
  began=$(now_ms)
  use_profile dev
  remove_abandoned
  if [[ -d $RUN_DIR ]]; then
    lock_profile
    stop_everything
    rm -f -- "$RUN_DIR/settings"
  fi
  if [[ -n $delete ]]; then
    remove_data
    say "Everything stopped after $(seconds_since "$began"); the data is deleted."
  else
    say "Everything stopped after $(seconds_since "$began"); the data is kept in $DATA_DIR (down --delete-data deletes it)."
  fi
}

# require_up: for commands that need the servers of `up`, and their settings.
require_up() {
  use_profile dev
  [[ -e $RUN_DIR/settings ]] || fail "nothing is up in this checkout; ./seckill up brings it up"
}

env_command() {
  (($# == 0)) || usage_error env "$1"
  require_up
  local line
  while IFS= read -r line; do
    printf 'export %s=%q\n' "${line%%=*}" "${line#*=}"
  done <"$RUN_DIR/settings"
  if is_running api; then
    printf 'export SECKILL_API=http://%s\n' "$(address_of api)"
  fi
}

token_command() {
  use_profile dev
  create_profile
  build_cli
  dotnet "$(built_cli)" token "$@"
}

# The command-line tool as it was built last; only a checkout that was never built builds it now.
built_cli() { printf '%s/%s/%s/Seckill.Cli.dll' "$ROOT" "$(program_project cli)" "$OUTPUT"; }

build_cli() {
  if [[ ! -e $(built_cli) ]]; then
    build cli tools/Seckill.Cli
    unlock_build
  fi
  export Auth__KeysPath=$LOCAL_DIR/keys
  [[ -n $(find "$LOCAL_DIR/keys" -type f 2>/dev/null) ]] || dotnet "$(built_cli)" keys --out "$LOCAL_DIR/keys" >&2
}

audit_command() {
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --json) check_value "$1" "${2-}" && arguments+=(--json "$(absolute_path "$2")") && shift ;;
      *) usage_error audit "$1" ;;
    esac
    shift
  done
  run_with_settings audit "${arguments[@]}"
}

trace_command() {
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --json) check_value "$1" "${2-}" && arguments+=(--json "$(absolute_path "$2")") && shift ;;
      -*) usage_error trace "$1" ;;
      *) arguments+=("$1") ;;
    esac
    shift
  done
  ((${#arguments[@]} > 0)) || { complain "trace takes the id of an order" && exit 2; }
  run_with_settings trace "${arguments[@]}"
}

replay_log_command() {
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --path) check_value "$1" "${2-}" && arguments+=(--path "$(absolute_path "$2")") && shift ;;
      *) usage_error replay-log "$1" ;;
    esac
    shift
  done
  run_with_settings replay-log "${arguments[@]}"
}

report_command() {
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --week | --language) check_value "$1" "${2-}" && arguments+=("$1" "$2") && shift ;;
      --json) check_value "$1" "${2-}" && arguments+=(--json "$(absolute_path "$2")") && shift ;;
      *) usage_error report "$1" ;;
    esac
    shift
  done
  run_with_settings report "${arguments[@]}"
}

# run_with_settings ARGUMENT…: the command-line tool on the servers of `up`.
run_with_settings() {
  require_up
  build_cli
  local -a lines
  mapfile -t lines <"$RUN_DIR/settings"
  export "${lines[@]}"
  dotnet "$(built_cli)" "$@"
}

# watched_programs: `--program NAME=ADDRESS` for each that `up` started, whether it still runs or not, line by line.
watched_programs() {
  local name
  for name in api $(for file in "$RUN_DIR"/pids/worker-*; do [[ ! -e $file ]] || printf '%s\n' "${file##*/}"; done); do
    printf '%s\n%s=http://%s\n' --program "$name" "$(address_of "$name")"
  done
}

top_command() {
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --once) arguments+=("$1") ;;
      --seconds) check_number "$1" "${2-}" 1 30 && arguments+=("$1" "$2") && shift ;;
      *) usage_error top "$1" ;;
    esac
    shift
  done
  require_up
  [[ -e $(pid_file api) ]] || fail "no program is up in this checkout; ./seckill up brings them up"
  build_cli
  local -a programs
  mapfile -t programs < <(watched_programs)
  ! is_running alertmanager || programs+=(--alertmanager "http://$(address_of alertmanager)")
  exec dotnet "$(built_cli)" top "${programs[@]}" "${arguments[@]}"
}

dashboards_command() {
  local out=''
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --out) check_value "$1" "${2-}" && out=$(absolute_path "$2") && shift ;;
      --minutes) check_number "$1" "${2-}" 1 1440 && arguments+=("$1" "$2") && shift ;;
      *) usage_error dashboards "$1" ;;
    esac
    shift
  done
  [[ -n $out ]] || fail "dashboards wants --out DIR"
  require_up
  is_running prometheus || fail "Prometheus is not up in this checkout; ./seckill up --monitoring brings it up"
  NEEDS_BROWSER=yes MONITORING=yes install_packages dev
  build_cli
  dotnet "$(built_cli)" dashboards --prometheus "http://$(address_of prometheus)" --from "$ROOT/deploy/grafana/dashboards" --out "$out" "${arguments[@]}"
}

logs_command() {
  local name='' candidate
  local -a files=() follow=()
  while (($# > 0)); do
    case $1 in
      -f | --follow) follow=(-F) ;;
      -*) usage_error logs "$1" ;;
      *) name=$1 ;;
    esac
    shift
  done
  use_profile dev
  [[ -d $LOCAL_DIR/logs ]] || fail "there are no logs yet"
  if [[ -z $name ]]; then
    say "Logs in $LOCAL_DIR/logs (./seckill logs NAME shows the end of one):"
    (cd "$LOCAL_DIR/logs" && find . -type f -size +0 -printf '%P\n' | sort) >&3
    return
  fi
  for candidate in "$(log_of "$name")" "$(structured_log_of "$name")" "$LOCAL_DIR/logs/$name.log" "$LOCAL_DIR/logs/$name"; do
    [[ ! -f $candidate ]] || files+=("$candidate")
  done
  ((${#files[@]} > 0)) || fail "there is no log '$name'; ./seckill logs lists them"
  exec tail -n 100 "${follow[@]}" -- "${files[@]}"
}
