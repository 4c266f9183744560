# shellcheck shell=bash
# Prometheus. It runs on a copy of deploy/prometheus, beside which the addresses of what it watches are written; it reads those by itself.

prometheus_ports() { echo prometheus; }

prometheus_start() {
  prometheus_configure
  launch prometheus prometheus --config.file="$(prometheus_folder)/prometheus.yml" --storage.tsdb.path="$DATA_DIR/prometheus/data" \
    --storage.tsdb.retention.time=7d --enable-feature=exemplar-storage --web.listen-address="$(address_of prometheus)" --web.page-title=Seckill --log.level=warn
}

prometheus_answers() { [[ $(http_code 127.0.0.1 "$(port_of prometheus)" /-/ready) == 200 ]]; }

prometheus_folder() { printf '%s/prometheus/config' "$DATA_DIR"; }

# prometheus_configure: the configuration as it is in the checkout now.
prometheus_configure() {
  local folder
  folder=$(prometheus_folder)
  mkdir -p "$folder/rules" "$folder/targets"
  cp -- "$ROOT/deploy/prometheus/prometheus.yml" "$folder/"
  find "$folder/rules" -name '*.yml' -delete
  cp -- "$ROOT"/deploy/prometheus/rules/*.yml "$folder/rules/"
  prometheus_targets
}

# prometheus_targets: API, workers and Alertmanager, as they run now.
prometheus_targets() {
  local name job groups=''
  local folder
  folder=$(prometheus_folder)/targets
  [[ -d $folder ]] || return 0
  for name in api $(running_workers); do
    is_running "$name" || continue
    job=seckill-api
    [[ $name != worker-* ]] || job=seckill-workers
    groups+="${groups:+, }{\"targets\": [\"$(address_of "$name")\"], \"labels\": {\"job\": \"$job\", \"instance\": \"$name\"}}"
  done
  write_whole "$folder/seckill.json" "[$groups]"
  groups=''
  ! is_running alertmanager || groups="{\"targets\": [\"$(address_of alertmanager)\"]}"
  write_whole "$folder/alertmanager.json" "[$groups]"
}

# write_whole FILE TEXT: who reads it meanwhile gets the old text or the new one.
write_whole() {
  printf '%s\n' "$2" >"$1.new"
  mv -f -- "$1.new" "$1"
}
