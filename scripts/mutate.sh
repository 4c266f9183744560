# shellcheck shell=bash
# `mutate`: removes the guards of tests/mutations one at a time, in a copy of the checkout, and runs the tests that must miss them. The servers stay up
# for the whole run.

mutate_command() {
  local list=''
  local -a arguments=()
  while (($# > 0)); do
    case $1 in
      --list) list=yes && arguments+=("$1") ;;
      --only) check_value "$1" "${2-}" && arguments+=("$1" "$2") && shift ;;
      --json | --markdown) check_value "$1" "${2-}" && arguments+=("$1" "$(absolute_path "$2")") && shift ;;
      *) usage_error mutate "$1" ;;
    esac
    shift
  done
  if [[ -n $list ]]; then
    use_profile dev
    create_profile
    build_cli
    dotnet "$(built_cli)" mutate --tree "$ROOT" "${arguments[@]}"
    return
  fi

  # Some guards are those of pages.
  NEEDS_BROWSER=yes prepare_profile mutate
  mutate_servers
  heading "Guards, removed one at a time"
  copy_checkout "$DATA_DIR/tree"
  cli mutate --tree "$DATA_DIR/tree" --logs "$LOG_DIR" --commit "$(described_commit)" "${arguments[@]}"
}

# mutate_servers: those that tests share where there are some. The others they start themselves; and the tools, which are built meanwhile.
mutate_servers() {
  local -a servers lines
  heading "Servers and build (logs: $LOG_DIR)"
  mapfile -t servers < <(private_servers | grep -xE 'mysql|postgres')
  begin_servers "${servers[@]}"
  build cli tools/Seckill.Cli
  copy_programs cli
  unlock_build
  await_servers
  mapfile -t lines < <(mysql_settings && postgres_settings)
  export "${lines[@]}"
}

# copy_checkout FOLDER: the sources, without what was built of them.
copy_checkout() {
  mkdir -p "$1"
  tar -C "$ROOT" --exclude=./.git --exclude=./.local --exclude=./logs --exclude=bin --exclude=obj --exclude=node_modules -cf - . | tar -C "$1" -xf -
}

# described_commit: with a mark when files differ from it.
described_commit() { git -C "$ROOT" describe --always --dirty=-changed 2>/dev/null || echo unknown; }
