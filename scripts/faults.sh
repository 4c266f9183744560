# shellcheck shell=bash
# `demo --faults`: orders that fail at chosen steps, seen to their end. Its workers are started with faults, and again without them.

demo_faults_command() {
  local workers=2
  local -a failing=() mending=()
  while (($# > 0)); do
    case $1 in
      --faults) ;;
      --workers) check_number "$1" "${2-}" 1 32 && workers=$2 && shift ;;
      --orders) check_number "$1" "${2-}" 7 7000 && failing+=("$1" "$2") && shift ;;
      --json) check_value "$1" "${2-}" && mending+=("$1" "$(absolute_path "$2")") && shift ;;
      *) usage_error "demo --faults" "$1" ;;
    esac
    shift
  done

  local -a names arguments
  mapfile -t names < <(worker_names "$workers")
  prepare_profile demo
  start_servers all Seckill.sln kafka api worker cli
  prepare_data
  choose_ports robot
  export_settings faults settings --robot-port "$(port_of robot)"
  mapfile -t WORKER_SETTINGS < <(cli faults settings --counts "$DATA_DIR/fault-passes")
  ((${#WORKER_SETTINGS[@]} > 0)) || fail "the tool printed no faults"
  report "faults" "${#WORKER_SETTINGS[@]} settings of the workers"
  start_programs "${names[@]}" api
  arguments=(--api "http://$(address_of api)" --robot-port "$(port_of robot)" --state "$DATA_DIR/faults.json")

  heading "Orders fail"
  cli faults fail "${arguments[@]}" "${failing[@]}"

  heading "The cause is removed: the workers are restarted without faults"
  stop_processes 30 "${names[@]}"
  WORKER_SETTINGS=()
  start_programs "${names[@]}"

  heading "Orders are ended"
  cli faults mend "${arguments[@]}" "${mending[@]}"
}

# export_settings ARGUMENT…: for what is started from now on, the NAME=VALUE lines that the tool prints.
export_settings() {
  local -a lines
  mapfile -t lines < <(cli "$@")
  ((${#lines[@]} > 0)) || fail "the tool printed no settings: $*"
  export "${lines[@]}"
}
