# shellcheck shell=bash
# The Kafka stand-in: a broker that keeps everything in memory. It writes its address to a file once it listens.

# Every API process reads all results: more partitions would not share them out, and each costs requests of its own.
readonly KAFKA_TOPICS=(stock_events:1 order_results:2 compensation:8 compensation_dlq:4
  order_events_dead_letter:1 order_results_dead_letter:1 stock_events_dead_letter:1)
KAFKA_ORDER_EVENT_PARTITIONS=8
KAFKA_MORE_TOPICS=()

kafka_ports() { echo kafka; }

kafka_start() {
  local topic
  local -a topics=()
  for topic in "order_events:$KAFKA_ORDER_EVENT_PARTITIONS" "${KAFKA_TOPICS[@]}" "${KAFKA_MORE_TOPICS[@]}"; do
    topics+=(--topic "$topic")
  done
  rm -f -- "$RUN_DIR/kafka.address"
  launch kafka dotnet "$(program kafka)" "${topics[@]}" --listen "127.0.0.1:$(port_of kafka)" --port-file "$RUN_DIR/kafka.address"
}

kafka_answers() { [[ -s $RUN_DIR/kafka.address ]] && port_accepts 127.0.0.1 "$(port_of kafka)"; }
