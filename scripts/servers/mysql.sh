# shellcheck shell=bash
# MariaDB, with the durability that MySQL has by default: every commit is on disk before it is answered.

mysql_ports() { echo mysql; }

mysql_start() {
  local data=$DATA_DIR/mysql
  # A server removes the temporary tables that it finds when it starts, so two must not share /tmp.
  local -x TMPDIR=$DATA_DIR/mysql-temporary
  local -a as_user=()
  mkdir -p "$TMPDIR"
  ((EUID != 0)) || as_user=(--user=root)
  # A data directory without this file is what an interrupted installation left.
  if [[ ! -e $data/installed ]]; then
    rm -rf -- "$data"
    mkdir -p "$data"
    mariadb-install-db --no-defaults --datadir="$data" --skip-test-db --skip-name-resolve --auth-root-authentication-method=socket \
      --auth-root-socket-user="$(id -un)" "${as_user[@]}" >"$(log_of mysql)" 2>&1 ||
      fail_with_log "mariadb-install-db failed" "$(log_of mysql)"
    touch "$data/installed"
  fi
  launch mysql mariadbd --no-defaults "${as_user[@]}" --datadir="$data" --socket="$(mysql_socket)" --port="$(port_of mysql)" \
    --bind-address=127.0.0.1 --pid-file="$RUN_DIR/mysql.pid" --skip-name-resolve \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --default-time-zone=+00:00 --max-connections=500 \
    --innodb-flush-log-at-trx-commit=1 --log-bin=binlog --binlog-format=ROW --sync-binlog=1 --binlog-expire-logs-seconds=86400 \
    --max-binlog-size=256M --log-bin-trust-function-creators=1 --innodb-buffer-pool-size=512M --innodb-log-file-size=256M
}

mysql_socket() { printf '%s/mysql.sock' "$(socket_dir)"; }

mysql_as_administrator() { mariadb --no-defaults --socket="$(mysql_socket)" --user="$(id -un)" --batch --skip-column-names "$@"; }

mysql_answers() { mysql_as_administrator --execute='SELECT 1' >/dev/null 2>&1; }

mysql_complete() {
  mysql_as_administrator >>"$(log_of mysql)" 2>&1 <<SQL || fail_with_log "the account seckill could not be created" "$(log_of mysql)"
CREATE USER IF NOT EXISTS 'seckill'@'%';
ALTER USER 'seckill'@'%' IDENTIFIED BY '$(secret mysql)';
GRANT ALL PRIVILEGES ON \`seckill%\`.* TO 'seckill'@'%';
CREATE DATABASE IF NOT EXISTS seckill CHARACTER SET utf8mb4;
SQL
}
