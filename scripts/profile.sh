# shellcheck shell=bash
# A profile is a set of private servers with their data: `dev` stays from `up` to `down` and keeps its data; each demo,
# benchmark and test run has one of its own that is removed afterwards.

readonly LOCAL_DIR=$ROOT/.local
# The marks of the runs that this one was started inside of.
readonly OUTER_MARKS=${SECKILL_RUN-}

use_profile() {
  PROFILE=$1
  RUN_DIR=$LOCAL_DIR/run/$PROFILE
  DATA_DIR=$LOCAL_DIR/data/$PROFILE
  LOG_DIR=$LOCAL_DIR/logs/$PROFILE
  RUN_ID=$(printf '%s' "$RUN_DIR" | cksum | cut -d' ' -f1)-$PROFILE
  RUN_MARK=${OUTER_MARKS:+$OUTER_MARKS }$RUN_ID
}

log_of() { printf '%s/%s.log' "$LOG_DIR" "$1"; }

create_profile() {
  mkdir -p "$LOCAL_DIR" 2>/dev/null || true
  [[ -O $LOCAL_DIR && -w $LOCAL_DIR ]] ||
    fail "$LOCAL_DIR cannot be used by $(id -un); it belongs to $(stat -c %U "$LOCAL_DIR" 2>/dev/null || echo 'somebody else')"
  mkdir -p "$RUN_DIR/pids" "$RUN_DIR/ports" "$DATA_DIR" "$LOG_DIR"
  chmod 755 "$LOCAL_DIR" "$LOCAL_DIR/data" "$DATA_DIR"
}

# lock_profile: one `up` or `down` at a time.
lock_profile() {
  exec 9>"$RUN_DIR/lock"
  flock -n 9 || { say "Waiting for another run of this script …" && flock 9; }
}

# create_passing_profile KIND: a fresh profile that is removed when this script ends, however it ends.
create_passing_profile() {
  use_profile "$1-$$-$RANDOM"
  create_profile
  printf '%s %s %s\n' "$$" "$(start_time "$$")" "$(pid_namespace)" >"$RUN_DIR/owner"
  prune_logs "$1"
  watch_owner
}

is_passing() { [[ -e $RUN_DIR/owner ]]; }

pid_namespace() { readlink /proc/self/ns/pid; }

# owner_is_gone: process ids mean nothing in another namespace (two containers on one checkout), so only ours are judged.
owner_is_gone() {
  local pid started namespace
  { read -r pid started namespace <"$RUN_DIR/owner"; } 2>/dev/null || return 1
  [[ $namespace == "$(pid_namespace)" ]] && ! is_process "$pid" "$started"
}

# watch_owner: a script that is killed with -9 cannot clean up, so somebody else waits to do it.
watch_owner() {
  setsid bash "$ROOT/seckill" remove-when-ended "$PROFILE" </dev/null >/dev/null 2>&1 3>&- 8>&- 9>&- &
  WATCHER="$! $(start_time "$!")"
  disown "$!"
}

end_watcher() {
  # shellcheck disable=SC2086 # process id and start time
  [[ -z ${WATCHER-} ]] || kill_family $WATCHER
}

remove_when_ended() {
  use_profile "$1"
  [[ -e $RUN_DIR/owner ]] || return 0
  while [[ -e $RUN_DIR/owner ]] && ! owner_is_gone; do
    sleep 1
  done
  [[ ! -e $RUN_DIR/owner ]] || remove_passing_profile
}

# remove_abandoned: profiles whose script and watcher are both gone.
remove_abandoned() {
  local dir
  for dir in "$LOCAL_DIR"/run/{demo,test,bench,mutate,fuzz,chaos}-*; do
    [[ -d $dir ]] || continue
    (
      use_profile "${dir##*/}"
      if owner_is_gone; then
        say "Removing what an earlier run left behind ($PROFILE) …"
        remove_profile
      fi
    )
  done
}

# remove_passing_profile: this run's, and those of runs that it began: they were killed with it.
remove_passing_profile() {
  remove_profile
  remove_abandoned
}

remove_profile() {
  stop_everything
  remove_data
  rm -rf -- "$RUN_DIR"
}

remove_data() {
  local link target
  for link in "$DATA_DIR"/postgres "$RUN_DIR"/sockets; do
    [[ -L $link ]] || continue
    target=$(readlink -- "$link")
    [[ $target != /tmp/seckill.* && $target != /var/tmp/seckill.* ]] || rm -rf -- "$target"
  done
  rm -rf -- "$DATA_DIR"
}

# The logs of the last runs are kept.
prune_logs() {
  local dir
  { find "$LOCAL_DIR/logs" -mindepth 1 -maxdepth 1 -type d -name "$1-*" -printf '%T@ %p\n' | sort -rn | tail -n +6 | cut -d' ' -f2-; } |
    while IFS= read -r dir; do rm -rf -- "$dir"; done
}

# socket_dir: a path of a Unix socket has at most 107 bytes, and a checkout may lie deeper than that.
socket_dir() {
  if [[ ! -d $RUN_DIR/sockets ]]; then
    ln -sfn -- "$(mktemp -d /tmp/seckill.XXXXXX)" "$RUN_DIR/sockets"
  fi
  readlink -- "$RUN_DIR/sockets"
}

# --- ports -------------------------------------------------------------------------------------------------------------

port_of() {
  local port
  { read -r port <"$RUN_DIR/ports/$1"; } 2>/dev/null || return 1
  printf '%s' "$port"
}

# choose_ports NAME…: the recorded port where it is free, else (unless KEEPS_PORTS is set: others know them) another free one, by asking the kernel. The
# range lies below the ports that the kernel gives to outgoing connections.
choose_ports() {
  local name others=200
  [[ -z ${KEEPS_PORTS-} ]] || others=0
  for name in "$@"; do
    perl -MSocket -e '
      my ($recorded, $others) = @ARGV;
      for my $port ((grep { $_ > 0 } $recorded), map { 18000 + int rand 14000 } 1 .. $others) {
        socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
        setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
        next unless bind($socket, pack_sockaddr_in($port, INADDR_LOOPBACK)) and listen($socket, 1);
        print "$port\n";
        exit 0;
      }
      die "no free port on 127.0.0.1\n"' -- "$(port_of "$name" || echo 0)" "$others" >"$RUN_DIR/ports/$name.new"
    mv -f -- "$RUN_DIR/ports/$name.new" "$RUN_DIR/ports/$name"
  done
}

# secret NAME: a random password, made once per profile.
secret() {
  local file=$DATA_DIR/$1.password
  if [[ ! -s $file ]]; then
    (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$file")
  fi
  cat -- "$file"
}
