# shellcheck shell=bash
# `chaos`: a sale for every fault; `soak`: sales and random faults for a long time. tools/Seckill.Chaos plans the faults, sells, and judges; what starts and ends processes is done here, as it asks.

readonly CHAOS_LOCK_MASTERS=(redis-lock-1 redis-lock-2 redis-lock-3)
readonly CHAOS_DETOURS=(kafka-detour-1 kafka-detour-2 kafka-detour-3)

chaos_command() {
  local list='' json='' command='./seckill chaos'
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --seed) check_number "$1" "${2-}" 0 999999999 && arguments+=("$1" "$2") && command+=" $1 $2" && shift ;;
      --round) check_number "$1" "${2-}" 1 999999999 && arguments+=("$1" "$2") && command+=" $1 $2" && shift ;;
      --rounds) check_number "$1" "${2-}" 1 1000 && arguments+=("$1" "$2") && command+=" $1 $2" && shift ;;
      --only) check_value "$1" "${2-}" && arguments+=("$1" "$2") && command+=" $1 '$2'" && shift ;;
      --json) check_value "$1" "${2-}" && json=$(absolute_path "$2") && shift ;;
      --list) list=yes ;;
      *) usage_error chaos "$1" ;;
    esac
    shift
  done
  if [[ -n $list ]]; then
    [[ -z $json ]] || { complain "--list writes no result: leave out --json" && exit 2; }
    chaos_list "${arguments[@]}"
    return
  fi
  chaos_run "$command" run "${arguments[@]}" ${json:+--json "$json"}
}

soak_command() {
  local command='./seckill soak'
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --minutes) check_number "$1" "${2-}" 1 100000 && arguments+=("$1" "$2") && command+=" $1 $2" && shift ;;
      --seed) check_number "$1" "${2-}" 0 999999999 && arguments+=("$1" "$2") && command+=" $1 $2" && shift ;;
      --json) check_value "$1" "${2-}" && arguments+=("$1" "$(absolute_path "$2")") && shift ;;
      *) usage_error soak "$1" ;;
    esac
    shift
  done
  chaos_run "$command" soak "${arguments[@]}"
}

chaos_list() {
  use_profile dev
  create_profile
  if [[ ! -e $ROOT/$(program_project chaos)/$OUTPUT/Seckill.Chaos.dll ]]; then
    build all Seckill.sln >&2
    unlock_build
  fi
  dotnet "$ROOT/$(program_project chaos)/$OUTPUT/Seckill.Chaos.dll" list "$@"
}

# chaos_run COMMAND ARGUMENT…: brings up the servers, and runs the tool.
chaos_run() {
  local command=$1 name
  local -a own=()
  shift
  prepare_profile chaos
  KAFKA_BROKERS=${#CHAOS_DETOURS[@]}
  KAFKA_DETOURS=("${CHAOS_DETOURS[@]}")
  choose_ports "${CHAOS_DETOURS[@]}"
  start_servers all Seckill.sln kafka api worker cli chaos
  begin_servers "${CHAOS_LOCK_MASTERS[@]}"
  await_servers
  prepare_data
  for name in $(private_servers) "${CHAOS_LOCK_MASTERS[@]}"; do
    own+=(--own "$name")
  done
  chaos_tool "$@" --command "$command" --run-folder "$RUN_DIR" --data-folder "$DATA_DIR" --log-folder "$LOG_DIR" "${own[@]}"
}

# chaos_tool ARGUMENT…: runs the tool and obeys it: it writes a line for each order, and reads whether that was done.
chaos_tool() {
  local orders=$RUN_DIR/chaos.orders answers=$RUN_DIR/chaos.answers pid part line='' code=0
  local -a words
  mkfifo "$orders" "$answers"
  exec {CHAOS_ORDERS}<>"$orders" {CHAOS_ANSWERS}<>"$answers"
  SECKILL_RUN=$RUN_MARK setsid dotnet "$(program chaos)" "$@" --orders "$orders" --answers "$answers" </dev/null 3>&- 8>&- 9>&- &
  pid=$!
  remember chaos "$pid"
  while is_running chaos; do
    # A read that ends in the middle of a line leaves what it has, and the next one goes on.
    if ! IFS= read -r -t 0.5 part <&"$CHAOS_ORDERS"; then
      line+=$part
      continue
    fi
    IFS=' ' read -ra words <<<"$line$part"
    line=''
    chaos_obey "${words[@]}"
  done
  wait "$pid" || code=$?
  rm -f -- "$(pid_file chaos)"
  return "$code"
}

# chaos_obey ORDER NAMES [NAME=VALUE…]: names have commas between. What is said goes to a log; a failure is the tool's to report.
chaos_obey() {
  local answer=failed
  if ( (chaos_do "$@") >>"$(log_of chaos-orders)" 2>&1 3>&1); then
    answer=done
  fi
  printf '%s %s %s\n' "$answer" "$1" "$2" >&"$CHAOS_ANSWERS"
}

chaos_do() {
  local order=$1 name pid started signal
  local -a names family
  IFS=, read -ra names <<<"$2"
  shift 2
  printf '%(%T)T %s %s\n' -1 "$order" "${names[*]}"
  case $order in
    start-server)
      # A server that ends while it starts is a failure of this order, and no end of the whole script.
      for name in "${names[@]}"; do
        start_server "$name" || return 1
      done
      ;;
    start)
      PROGRAM_SETTINGS=("$@")
      start_programs "${names[@]}"
      ;;
    stop)
      # Here a server's data is to outlive it, which it does not in other passing profiles.
      is_passing() { return 1; }
      stop_processes 30 "${names[@]}"
      # A server may take its time; a program of ours that does not end when it is asked to is a failure.
      [[ " ${killed_names[*]} " != *' '@(api|worker)-* ]]
      ;;
    kill | pause | resume)
      case $order in
        kill) signal=KILL ;;
        pause) signal=STOP ;;
        resume) signal=CONT ;;
      esac
      for name in "${names[@]}"; do
        { read -r pid started _ <"$(pid_file "$name")"; } 2>/dev/null || return 1
        # Its children may be many, and the faster they follow it the better.
        ! is_process "$pid" "$started" || kill -s "$signal" "$pid"
        mapfile -t family < <(family_of "$pid" "$started")
        if [[ $order == kill ]]; then
          kill_processes "${family[@]}"
        elif ((${#family[@]} > 0)); then
          kill -s "$signal" "${family[@]%% *}" 2>/dev/null || true
        fi
      done
      ;;
    *) return 2 ;;
  esac
}
