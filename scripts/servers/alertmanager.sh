# shellcheck shell=bash
# Alertmanager. It hands its alerts to the API and to the first worker, which tell each once.

alertmanager_ports() { echo alertmanager; }

alertmanager_start() {
  alertmanager_configure
  launch alertmanager prometheus-alertmanager --config.file="$(alertmanager_folder)/alertmanager.yml" --storage.path="$DATA_DIR/alertmanager/data" \
    --web.listen-address="$(address_of alertmanager)" --cluster.listen-address= --log.level=warn
}

alertmanager_answers() { [[ $(http_code 127.0.0.1 "$(port_of alertmanager)" /-/ready) == 200 ]]; }

alertmanager_folder() { printf '%s/alertmanager/config' "$DATA_DIR"; }

alertmanager_configure() {
  local folder
  folder=$(alertmanager_folder)
  mkdir -p "$folder"
  (umask 077 && write_whole "$folder/webhook-token" "$(secret webhook)")
  sed -e "s|http://api:8080|http://$(address_of api)|" -e "s|http://workers:8080|http://$(address_of worker-1)|" \
    "$ROOT/deploy/alertmanager/alertmanager.yml" >"$folder/alertmanager.yml.new"
  mv -f -- "$folder/alertmanager.yml.new" "$folder/alertmanager.yml"
}
