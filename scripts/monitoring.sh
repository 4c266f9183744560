# shellcheck shell=bash
# `up --monitoring`: Prometheus and Alertmanager beside the programs, which have to have their addresses by then.

start_monitoring() {
  local name
  local -a known=()
  heading "Monitoring"
  for name in alertmanager prometheus; do
    ! is_running "$name" || known+=("$name")
  done
  begin_servers alertmanager
  await_servers
  begin_servers prometheus
  await_servers
  # One that ran before goes on with the configuration of now.
  for name in "${known[@]}"; do
    "${name}_configure"
    kill -s HUP "$(pid_of "$name")"
  done
}

# tell_prometheus: which programs run now, if it is there.
tell_prometheus() {
  ! is_running prometheus || prometheus_targets
}
