# shellcheck shell=bash
# The Kafka stand-in: a broker that keeps everything in memory. It writes its address to a file once it listens.

# Every API process reads all results: more partitions would not share them out, and each costs requests of its own.
readonly KAFKA_TOPICS=(stock_events:1 order_results:2 compensation:8 compensation_dlq:4
  order_events_dead_letter:1 order_results_dead_letter:1 stock_events_dead_letter:1)
KAFKA_ORDER_EVENT_PARTITIONS=8
KAFKA_MORE_TOPICS=()

# More brokers than one, and detours between them and their clients, are for `chaos`.
KAFKA_BROKERS=1
KAFKA_DETOURS=()

kafka_ports() {
  local broker
  echo kafka kafka-control
  for ((broker = 2; broker <= KAFKA_BROKERS; broker++)); do
    echo "kafka-$broker"
  done
}

kafka_start() {
  local topic port
  local -a options=()
  for topic in "order_events:$KAFKA_ORDER_EVENT_PARTITIONS" "${KAFKA_TOPICS[@]}" "${KAFKA_MORE_TOPICS[@]}"; do
    options+=(--topic "$topic")
  done
  for port in $(kafka_ports); do
    [[ $port == kafka-control ]] || options+=(--listen "127.0.0.1:$(port_of "$port")")
  done
  for port in "${KAFKA_DETOURS[@]}"; do
    options+=(--advertise "127.0.0.1:$(port_of "$port")")
  done
  rm -f -- "$RUN_DIR/kafka.address"
  launch kafka dotnet "$(program kafka)" "${options[@]}" --control "127.0.0.1:$(port_of kafka-control)" --port-file "$RUN_DIR/kafka.address"
}

kafka_answers() { [[ -s $RUN_DIR/kafka.address ]] && port_accepts 127.0.0.1 "$(port_of kafka)"; }
