# shellcheck shell=bash
# RabbitMQ. Its nodes find each other through epmd, which Erlang otherwise starts by itself as a daemon of the whole machine and
# leaves running: this one is ours, on a port of its own.

rabbitmq_ports() { echo rabbitmq rabbitmq-distribution rabbitmq-epmd; }

rabbitmq_start() {
  local data=$DATA_DIR/rabbitmq epmd_port
  epmd_port=$(port_of rabbitmq-epmd)
  mkdir -p "$data/home" "$data/schema"
  printf '[].\n' >"$data/enabled_plugins"
  (umask 077 && rabbitmq_configuration >"$data/rabbitmq.conf")

  stop_processes 2 epmd
  launch epmd epmd -port "$epmd_port" -address 127.0.0.1
  wait_until 10 epmd_listens_or_died "$epmd_port" || fail_with_log "epmd did not answer" "$(log_of epmd)"

  # RUNNING_UNDER_SYSTEMD makes the script become the server instead of watching it as a child.
  launch rabbitmq env HOME="$data/home" RUNNING_UNDER_SYSTEMD=true ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_NODENAME="seckill-${RUN_ID%%-*}@localhost" RABBITMQ_DIST_PORT="$(port_of rabbitmq-distribution)" \
    RABBITMQ_CONF_ENV_FILE="$data/none" RABBITMQ_CONFIG_FILE="$data/rabbitmq.conf" \
    RABBITMQ_CONFIG_FILES="$data/none/*.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$data/none" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins" RABBITMQ_MNESIA_BASE="$data/mnesia" RABBITMQ_SCHEMA_DIR="$data/schema" \
    RABBITMQ_GENERATED_CONFIG_DIR="$data/schema" RABBITMQ_LOG_BASE="$LOG_DIR" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$RUN_DIR/rabbitmq.pid" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' "$RABBITMQ_SERVER"
}

rabbitmq_configuration() {
  cat <<CONF
listeners.tcp.local = 127.0.0.1:$(port_of rabbitmq)
default_user = seckill
default_pass = $(secret rabbitmq)
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
CONF
}

epmd_listens_or_died() { ! is_running epmd || port_accepts 127.0.0.1 "$1"; }

# A port that listens is not enough: the protocol's greeting is answered when the broker has booted.
rabbitmq_answers() {
  local port answer
  port=$(port_of rabbitmq)
  answer=$( { exec 7<>"/dev/tcp/127.0.0.1/$port" && printf 'AMQP\0\0\011\001' >&7 && timeout 2 head -c 1 <&7 | od -An -tx1; } 2>/dev/null) || return 1
  [[ $answer == *01* ]]
}
