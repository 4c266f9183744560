# shellcheck shell=bash
# The Kafka stand-in: a broker that keeps everything in memory. It chooses its port itself and writes it to a file.

readonly KAFKA_TOPICS=(order_events:8 stock_events:1 order_results:8 compensation:8 compensation_dlq:4
  order_events_dead_letter:1 order_results_dead_letter:1 stock_events_dead_letter:1)

kafka_ports() { :; }

kafka_start() {
  local topic
  local -a topics=()
  for topic in "${KAFKA_TOPICS[@]}"; do
    topics+=(--topic "$topic")
  done
  rm -f -- "$RUN_DIR/kafka.address" "$RUN_DIR/ports/kafka"
  launch kafka dotnet "$(program kafka)" "${topics[@]}" --port-file "$RUN_DIR/kafka.address"
}

kafka_answers() {
  local address
  { read -r address <"$RUN_DIR/kafka.address"; } 2>/dev/null && [[ $address == *:* ]] || return 1
  printf '%s\n' "${address##*:}" >"$RUN_DIR/ports/kafka"
}
