# shellcheck shell=bash
# `bench`: measures the system on servers of its own. Each scenario is a call of tools/Seckill.Bench that writes its part of the result; what has to be
# restarted between them (workers, the Kafka stand-in with other partitions) is restarted here.

readonly BENCH_SCENARIOS=(table telemetry flood drain steady overload concurrent scale)
readonly BENCH_AXES=(workers partitions skus history)
# As `up` has them; a drain needs room for its backlog.
readonly BENCH_PARTITIONS=8 BENCH_DRAIN_PARTITIONS=64

bench_command() {
  local json='' markdown='' orders='' rounds='' rate='' seconds='' axis='' command='./seckill bench'
  local -a scenarios=()
  while (($# > 0)); do
    case $1 in
      --compare)
        check_value "$1" "${2-}" && check_value "$1" "${3-}"
        bench_compare "$(absolute_path "$2")" "$(absolute_path "$3")"
        return
        ;;
      --json) check_value "$1" "${2-}" && json=$(absolute_path "$2") && shift ;;
      --markdown) check_value "$1" "${2-}" && markdown=$(absolute_path "$2") && shift ;;
      --orders) check_number "$1" "${2-}" 100 10000000 && orders=$2 && command+=" $1 $2" && shift ;;
      --rounds) check_number "$1" "${2-}" 1 100 && rounds=$2 && command+=" $1 $2" && shift ;;
      --rate) check_number "$1" "${2-}" 1 100000 && rate=$2 && command+=" $1 $2" && shift ;;
      --seconds) check_number "$1" "${2-}" 1 3600 && seconds=$2 && command+=" $1 $2" && shift ;;
      --only) check_word "$1" "${2-}" "${BENCH_AXES[@]}" && axis=$2 && command+=" $1 $2" && shift ;;
      -*) usage_error bench "$1" ;;
      *) check_word "a scenario" "$1" "${BENCH_SCENARIOS[@]}" && scenarios+=("$1") && command+=" $1" ;;
    esac
    shift
  done
  ((${#scenarios[@]} > 0)) || scenarios=("${BENCH_SCENARIOS[@]}")

  local scenario
  local -a parts=() report=()
  [[ " ${scenarios[*]} " != *" telemetry "* ]] || MONITORING=yes
  prepare_profile bench
  KAFKA_MORE_TOPICS=(bench_queue:16)
  start_servers all Seckill.sln kafka api worker cli bench
  prepare_data
  bench_part describe --command "$command"
  for scenario in "${scenarios[@]}"; do
    "bench_$scenario"
  done

  heading "Result"
  [[ -z $json ]] || report+=(--json "$json")
  [[ -z $markdown ]] || report+=(--markdown "$markdown")
  bench_tool report "${parts[@]}" "${report[@]}"
}

bench_compare() {
  use_profile dev
  create_profile
  [[ -e $ROOT/$(program_project bench)/$OUTPUT/Seckill.Bench.dll ]] || build all Seckill.sln >&2
  dotnet "$ROOT/$(program_project bench)/$OUTPUT/Seckill.Bench.dll" compare "$@"
}

# check_word WHAT WORD KNOWN…
check_word() {
  local what=$1 word=$2 known
  shift 2
  for known in "$@"; do
    [[ $known != "$word" ]] || return 0
  done
  complain "$what must be one of $*, not '$word'"
  exit 2
}

bench_tool() { run_task bench dotnet "$(program bench)" "$@"; }

# bench_part ARGUMENT…: a call that adds to the caller's parts.
bench_part() {
  local part
  part=$DATA_DIR/bench/$(printf '%03d' "${#parts[@]}")-$1.json
  mkdir -p "$DATA_DIR/bench"
  bench_tool "$@" --out "$part"
  parts+=("$part")
}

# bench_load NAME ARGUMENT…: a part that drives the program NAME and measures all of them.
bench_load() {
  local driven=$1 name
  local -a processes=()
  shift
  for name in api local queue $(running_workers) mysql redis-stock redis-cache kafka rabbitmq postgres prometheus collector; do
    ! is_running "$name" || processes+=(--process "$name=$(pid_of "$name")")
  done
  bench_part "$@" --api "http://$(address_of "$driven")" "${processes[@]}"
}

# bench_programs WORKERS PARTITIONS: the API and so many workers, with so many partitions of order_events.
bench_programs() {
  local workers=$1 partitions=$2 name
  local -a beyond=()
  bench_kafka "$partitions"
  for name in $(running_workers); do
    ((${name#worker-} <= workers)) || beyond+=("$name")
  done
  stop_processes 30 "${beyond[@]}"
  # shellcheck disable=SC2046 # a list of names
  start_programs $(worker_names "$workers") api
}

# bench_kafka PARTITIONS: the stand-in forgets everything when it is restarted, and so must those who use it. A real one has the partitions that it has.
bench_kafka() {
  [[ -z ${KAFKA_BOOTSTRAP-} && $1 != "$KAFKA_ORDER_EVENT_PARTITIONS" ]] || return 0
  # shellcheck disable=SC2046 # a list of names
  stop_processes 30 $(running_workers) api local queue
  stop_processes 5 kafka
  KAFKA_ORDER_EVENT_PARTITIONS=$1
  begin_servers kafka
  await_servers
  record_settings
}

# bench_host NAME COMMAND: local or queue, the processes of the schemes that are compared with ours; or collector.
bench_host() {
  local name=$1 command=$2 began
  began=$(now_ms)
  choose_ports "$name"
  MALLOC_ARENA_MAX=2 DOTNET_gcConcurrent=0 DOTNET_GCgen0size=$GC_FIRST_GENERATION ASPNETCORE_URLS=http://$(address_of "$name") \
    launch "$name" dotnet "$(program bench)" "$command"
  wait_until "$PROGRAM_DEADLINE_SECONDS" bench_host_listens_or_died "$name" || fail_with_log "$name does not listen" "$(log_of "$name")"
  is_running "$name" || fail_with_log "$name ended while starting" "$(log_of "$name")"
  report "$name" "http://$(address_of "$name"), ready after $(seconds_since "$began")"
}

bench_host_listens_or_died() { ! is_running "$1" || port_accepts 127.0.0.1 "$(port_of "$1")"; }

bench_table() {
  local round scheme name
  local -A tuned=()
  heading "Table: three schemes on the same work, in turn"
  for ((round = 1; round <= ${rounds:-2}; round++)); do
    for scheme in local queue twoPhase; do
      # shellcheck disable=SC2046 # a list of names
      stop_processes 30 $(running_workers) api
      if [[ $scheme == twoPhase ]]; then
        bench_programs 1 "$BENCH_PARTITIONS"
        name=api
      else
        bench_host "$scheme" "$scheme-api"
        name=$scheme
      fi
      bench_load "$name" table --scheme "$scheme" ${orders:+--orders "$orders"} ${tuned[$scheme]:+--tuned "${tuned[$scheme]}"}
      [[ -n ${tuned[$scheme]-} ]] || tuned[$scheme]=${parts[-1]}
      stop_processes 10 local queue
    done
  done
}

bench_telemetry() {
  local round side
  local -a sides
  heading "Telemetry: without it and with all of it, in turn"
  # The servers are cold at first: a round that does not count bears that, and not the side that begins.
  bench_telemetry_without ${orders:+--orders "$orders"}
  unset 'parts[-1]'
  for ((round = 1; round <= ${rounds:-4}; round++)); do
    # Whatever drifts from round to round favours none.
    if ((round % 2)); then sides=(without with); else sides=(with without); fi
    for side in "${sides[@]}"; do
      # shellcheck disable=SC2046 # a list of names
      stop_processes 30 $(running_workers) api
      "bench_telemetry_$side" ${orders:+--orders "$orders"}
    done
  done
  # What comes next is measured as programs run by default.
  # shellcheck disable=SC2046 # a list of names
  stop_processes 30 $(running_workers) api
}

bench_telemetry_without() {
  OTEL_SDK_DISABLED=true bench_programs 1 "$BENCH_PARTITIONS"
  bench_load api telemetry "$@"
}

bench_telemetry_with() {
  bench_host collector collector
  OTEL_EXPORTER_OTLP_ENDPOINT=http://$(address_of collector) OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_METRIC_EXPORT_INTERVAL=5000 \
    bench_programs 1 "$BENCH_PARTITIONS"
  begin_servers prometheus
  await_servers
  bench_load api telemetry --collector "http://$(address_of collector)" "$@"
  stop_processes 10 prometheus collector
}

bench_flood() {
  heading "Flood: 95 of 100 buyers come too late"
  bench_programs 1 "$BENCH_PARTITIONS"
  bench_load api flood ${orders:+--orders "$orders"}
}

bench_drain() {
  local state=$DATA_DIR/bench/drain.state
  heading "Drain: a backlog in Kafka, and then a worker"
  bench_programs 1 "$BENCH_DRAIN_PARTITIONS"
  stop_processes 30 worker-1
  # The relay is to leave the backlog to the worker, however long the filling takes, and all of it is to be undecided at a time.
  Admission__RelayRepeatSeconds=3600 Admission__UndecidedOrders=10000000 bench_load api drain-fill --state "$state" ${orders:+--orders "$orders"}
  start_programs worker-1
  bench_load api drain --state "$state"
}

bench_steady() {
  heading "Steady: a fixed rate, whatever the system does"
  bench_programs 1 "$BENCH_PARTITIONS"
  bench_load api steady ${rate:+--rate "$rate"} ${seconds:+--seconds "$seconds"}
}

bench_overload() {
  heading "Overload: three times as many orders a second as can be decided"
  # With a few partitions the stand-in would drop what waits, and the relay would have to bring it back.
  bench_programs 1 "$BENCH_DRAIN_PARTITIONS"
  bench_load api overload ${orders:+--orders "$orders"} ${seconds:+--seconds "$seconds"}
}

bench_concurrent() {
  heading "Concurrent: so many undecided orders at a time"
  bench_programs 1 "$BENCH_PARTITIONS"
  bench_load api concurrent ${orders:+--orders "$orders"}
}

bench_scale() {
  local each
  for each in "${BENCH_AXES[@]}"; do
    [[ -n $axis && $axis != "$each" ]] || "bench_scale_$each"
  done
}

# bench_point AXIS VALUE ARGUMENT…
bench_point() {
  local along=$1 value=$2
  shift 2
  bench_load api scale --axis "$along" --value "$value" ${orders:+--orders "$orders"} "$@"
}

bench_scale_workers() {
  local value
  heading "Scale: workers"
  for value in 1 2 4; do
    # Together, so that they share the partitions out once, before the load and not during it.
    # shellcheck disable=SC2046 # a list of names
    stop_processes 30 $(running_workers)
    bench_programs "$value" "$BENCH_PARTITIONS"
    bench_point workers "$value"
  done
}

bench_scale_partitions() {
  local value
  heading "Scale: partitions of order_events"
  for value in 1 8 32; do
    bench_programs 1 "$value"
    bench_point partitions "$value"
  done
}

bench_scale_skus() {
  local value
  heading "Scale: SKUs that the orders are spread over"
  bench_programs 1 "$BENCH_PARTITIONS"
  for value in 1 1000; do
    bench_point skus "$value" --skus "$value"
  done
}

bench_scale_history() {
  local value
  heading "Scale: earlier orders in the tables"
  bench_programs 1 "$BENCH_PARTITIONS"
  for value in 10000 1000000; do
    bench_load api history --orders "$value"
    bench_point history "$value"
  done
}
