# shellcheck shell=bash
# PostgreSQL. It refuses to run as root, so root runs it as the account that its package brings.

postgres_ports() { echo postgres; }

postgres_start() {
  local data
  local -a settings=()
  data=$(postgres_data)
  # Each test of a store makes a database of its own and drops it, and a drop waits until every file that was written since the last one is on the disk, which other servers write to
  # at the same time. No test takes the power away; a server that is killed loses nothing by it.
  [[ $PROFILE != test-* ]] || settings+=(-c fsync=off)
  [[ -e $data/installed ]] || postgres_install "$data"
  wait_until "$SERVER_DEADLINE_SECONDS" postgres_is_buried "$data" || true
  (cd / && launch postgres env LC_ALL=C "${POSTGRES_ACCOUNT[@]}" "$(postgres_program postgres)" -D "$data" -p "$(port_of postgres)" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c timezone=UTC -c log_timezone=UTC "${settings[@]}")
}

# postgres_is_buried DATA: PostgreSQL does not start while the process of its lock file exists, and one that was killed does, as a zombie, until its parent
# has asked how it ended.
postgres_is_buried() {
  local pid STAT
  { read -r pid <"$1/postmaster.pid"; } 2>/dev/null || return 0
  ! stat_fields "$pid" || [[ ${STAT[0]} != Z ]]
}

# postgres_install DATA: the password and the database are made in single-user mode, where nobody can connect yet.
postgres_install() {
  local data=$1 log
  log=$(log_of postgres)
  find "$data" -mindepth 1 -delete
  (
    cd / && as_postgres "$(postgres_program initdb)" --pgdata="$data" --username=seckill --auth=trust --encoding=UTF8 --locale=C --no-sync
    printf 'host all all 127.0.0.1/32 scram-sha-256\n' >"$data/pg_hba.conf"
    printf "ALTER ROLE seckill PASSWORD '%s'\nCREATE DATABASE seckill\n" "$(secret postgres)" |
      as_postgres "$(postgres_program postgres)" --single -D "$data" postgres
    touch "$data/installed"
  ) >"$log" 2>&1 || fail_with_log "PostgreSQL's data could not be created" "$log"
}

if ((EUID == 0)); then
  readonly POSTGRES_ACCOUNT=(setpriv --reuid=postgres --regid=postgres --init-groups --)
else
  readonly POSTGRES_ACCOUNT=()
fi

as_postgres() { "${POSTGRES_ACCOUNT[@]}" "$@"; }

# postgres_data: beside the other servers' data, unless its account cannot reach that place (a checkout in /root, say).
postgres_data() {
  local data=$DATA_DIR/postgres
  if [[ ! -d $data ]]; then
    if as_postgres test -x "$DATA_DIR"; then
      mkdir -p "$data"
    else
      ln -sfn -- "$(mktemp -d /var/tmp/seckill.XXXXXX)" "$data"
    fi
    chmod 700 "$data/."
    ((EUID != 0)) || chown postgres:postgres "$data/."
  fi
  readlink -f -- "$data"
}

postgres_answers() { "$(postgres_program pg_isready)" --quiet --host=127.0.0.1 --port="$(port_of postgres)"; }
