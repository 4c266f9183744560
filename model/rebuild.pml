/* StockKeeper and StockRebuild: the stock from a snapshot of MySQL and the entries that it does not know. */

byte lease;                       /* who rebuilds */
byte overtakes = OVERTAKES, keeper_crashes = KEEPER_CRASHES;

#ifndef NO_RUN_ID
#define WAS_RESTARTED (redis.run_id != server_run_id)
#else
#define WAS_RESTARTED false
#endif

#ifndef NO_LEDGER_EPOCH
#define LAST_EPOCH (stock_epoch > redis.epoch -> stock_epoch : redis.epoch)
#else
#define LAST_EPOCH redis.epoch
#endif

#ifndef NO_REBUILD_EPOCH
#define IS_MINE (redis.epoch == mine && redis.phase == REBUILDING)
#else
#define IS_MINE redis.rebuilt
#endif

#define OR_KEEPER_FAULT :: atomic { keeper_crashes > 0 -> keeper_crashes--; goto ended }

inline begin_lua(answer) {
  d_step {
    if
    :: mine < redis.epoch || (mine == redis.epoch && redis.phase != REBUILDING) -> answer = REFUSED
    :: mine == redis.epoch && redis.phase == REBUILDING -> answer = OK
    :: mine > redis.epoch ->
      redis.epoch = mine; redis.phase = REBUILDING;
      redis.rebuilt = true; redis.rebuilt_reserved = 0; redis.rebuilt_sold = 0;
      answer = OK
    fi
  }
}

/* Redis commits first: its record may be one step ahead of MySQL. */
#define WAS_AHEAD(i) (redis.state[i] == COMMITTED)

/* rebuild_load.lua for one order of the snapshot. */
inline load_lua(i) {
  if
  :: IS_LIVE(seen[i]) && redis.at_epoch[i] != mine ->
    if
    :: IS_SOLD(seen[i]) || WAS_AHEAD(i) ->
      redis.rebuilt_sold++; redis.state[i] = COMMITTED; redis.pending[i] = false
    :: else -> redis.rebuilt_reserved++; redis.state[i] = PREPARED; redis.pending[i] = true
    fi;
    redis.at_epoch[i] = mine
  :: else
  fi
}

/* rebuild_adopt.lua for one entry. */
inline adopt_lua(i) {
  if
  :: redis.pending[i] && !IS_UNDECIDED(i) -> redis.pending[i] = false
#ifndef NO_ADOPTING
  :: IS_UNDECIDED(i) && redis.at_epoch[i] != mine ->
    if
    :: HAS_ENDED(seen[i]) -> redis.state[i] = RELEASED; redis.at_epoch[i] = mine; redis.pending[i] = false; returned[i] = true
    :: else -> redis.at_epoch[i] = mine; redis.rebuilt_reserved++
    fi
#endif
  :: else
  fi
}

#define SNAPSHOT \
  if \
  :: atomic { seen[0] = state[0]; EACH_SECOND(seen[1] = state[1]) } \
  OR_KEEPER_FAULT \
  fi;

proctype Keeper() {
  byte mine, run_id, answer, seen[ORDERS];
end_idle:
  if
  :: atomic {
       (redis.phase != OPEN || WAS_RESTARTED) && (lease == 0 || overtakes > 0) ->
       if
       :: lease != 0 -> overtakes--
       :: else
       fi;
       lease = _pid;
       run_id = server_run_id
     }
  fi;
  if
  :: atomic { mine = LAST_EPOCH + 1; stock_epoch = mine }
  OR_KEEPER_FAULT
  fi;
#ifdef NO_CLOSING_FIRST
  SNAPSHOT
#endif
  if
  :: atomic { begin_lua(answer); if :: answer == REFUSED -> goto ended :: else fi }
  OR_KEEPER_FAULT
  fi;
#ifndef NO_CLOSING_FIRST
  SNAPSHOT
#endif
  if
  :: atomic { IS_MINE -> d_step { load_lua(0); EACH_SECOND(load_lua(1)) } }
  :: atomic { !IS_MINE -> goto ended }
  OR_KEEPER_FAULT
  fi;
  if
  :: atomic { IS_MINE -> d_step { adopt_lua(0); EACH_SECOND(adopt_lua(1)) } }
  :: atomic { !IS_MINE -> goto ended }
  OR_KEEPER_FAULT
  fi;
  if
  :: atomic {
       IS_MINE && redis.rebuilt ->
       d_step {
         redis.reserved = redis.rebuilt_reserved; redis.sold = redis.rebuilt_sold;
         redis.available = TOTAL - redis.reserved - redis.sold;
         redis.rebuilt = false; redis.rebuilt_reserved = 0; redis.rebuilt_sold = 0;
         redis.phase = OPEN; redis.run_id = run_id
       }
     }
  :: atomic { !(IS_MINE && redis.rebuilt) -> goto ended }
  OR_KEEPER_FAULT
  fi;

ended:
  atomic {
    mine = 0; run_id = 0; answer = 0; seen[0] = 0; EACH_SECOND(seen[1] = 0;)
    if
    :: lease == _pid -> lease = 0
    :: else
    fi;
    goto end_idle
  }
}
