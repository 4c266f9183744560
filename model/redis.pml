/* The stock Redis: one activity, one SKU. Each inline is one script, and runs inside an atomic step. */

#define GONE       0              /* meta is not there */
#define REBUILDING 1
#define OPEN       2

/* States of a record. */
#define NOTHING    0
#define ADMITTED   1
#define PREPARED   2
#define COMMITTED  3
#define RELEASED   4

#define OK         0
#define REFUSED    1

typedef Redis {
  byte phase, epoch, run_id;         /* the run_id of the server that was warmed */
  short available, reserved, sold;
  byte state[ORDERS], at_epoch[ORDERS]; /* a record: its state, and its epoch */
  bool pending[ORDERS];           /* the write-ahead entry */
  bool rebuilt;                   /* the hashes of a rebuild are there */
  byte rebuilt_reserved, rebuilt_sold;
}

Redis redis;
byte server_run_id;                  /* the server's own run_id */
bool lossy;                       /* Redis has lost something in this run */
bool returned[ORDERS];            /* observer: Redis has given the order's units back, and remembers it */

#ifndef NO_RECORD_EPOCH
#define STATE_OF(o) ((redis.state[o] == RELEASED || redis.at_epoch[o] == redis.epoch) -> redis.state[o] : NOTHING)
#else
#define STATE_OF(o) redis.state[o]
#endif

#ifndef NO_CLOSING
#define READY (redis.phase == OPEN)
#else
#define READY (redis.phase != GONE)
#endif

/* An undecided order; or a committed one for which units were taken anew, and of which MySQL is asked whether it still stands. */
#define IS_UNDECIDED(o) (redis.pending[o] && (redis.state[o] == ADMITTED || redis.state[o] == PREPARED))
#define IS_TAKEN_AGAIN(o) (redis.pending[o] && redis.state[o] == COMMITTED)
#define IS_ENTRY(o) (IS_UNDECIDED(o) || IS_TAKEN_AGAIN(o))

/* Units are conserved, and an order that was given up never takes any again. */
inline books_of_redis() {
  assert(redis.phase != OPEN || redis.available + redis.reserved + redis.sold == TOTAL);
  assert(redis.reserved >= 0 && redis.sold >= 0)
}

inline take(o, to) {
  assert(!returned[o]);
  redis.available--;
  redis.state[o] = to;
  redis.at_epoch[o] = redis.epoch
}

inline admit_lua(o, answer) {
  d_step {
    if
#ifndef NO_ADMIT_REPEAT
    :: redis.state[o] != NOTHING -> answer = OK       /* EXISTS order: the API repeats a call whose outcome it does not know */
    :: redis.state[o] == NOTHING && redis.available < 1 -> answer = REFUSED
    :: redis.state[o] == NOTHING && redis.available >= 1 ->
#else
    :: redis.available < 1 -> answer = REFUSED
    :: redis.available >= 1 ->
#endif
      take(o, ADMITTED);
      redis.reserved++;
#ifndef NO_ENTRY
      redis.pending[o] = true;
#endif
      accepted[o] = true;
      answer = OK
    fi;
    books_of_redis()
  }
}

inline prepare_lua(o, answer) {
  d_step {
    if
    :: STATE_OF(o) == ADMITTED -> redis.state[o] = PREPARED; answer = OK
#ifndef NO_PREPARE_REPEAT
    :: STATE_OF(o) == PREPARED -> answer = OK
#endif
    :: STATE_OF(o) == COMMITTED -> answer = OK
#ifndef NO_PREPARE_REFUSAL
    :: STATE_OF(o) == RELEASED -> answer = REFUSED
#endif
    :: else ->
      if
      :: redis.available < 1 -> assert(lossy); answer = REFUSED
      :: else -> take(o, PREPARED); redis.reserved++; redis.pending[o] = true; answer = OK
      fi
    fi;
    books_of_redis()
  }
}

inline commit_lua(o, answer) {
  d_step {
    if
#ifndef NO_COMMIT_REPEAT
    :: STATE_OF(o) == COMMITTED -> answer = OK
#endif
#ifndef NO_COMMIT_REFUSAL
    :: STATE_OF(o) == RELEASED -> answer = REFUSED
#endif
    :: STATE_OF(o) == NOTHING ->
#ifndef NO_TAKING_AGAIN
      if
      :: redis.available < 1 -> answer = REFUSED
      :: else ->
        take(o, COMMITTED); redis.sold++; answer = OK;
#ifndef NO_ENTRY_OF_TAKEN
        redis.pending[o] = true
#else
        redis.pending[o] = false
#endif
      fi
#else
      answer = OK
#endif
    :: else -> redis.reserved--; redis.sold++; redis.state[o] = COMMITTED; redis.pending[o] = false; answer = OK
    fi;
    books_of_redis()
  }
}

inline release_lua(o) {
  d_step {
    if
#ifndef NO_RELEASE_REPEAT
    :: STATE_OF(o) == RELEASED -> skip
#endif
    :: STATE_OF(o) == NOTHING ->
      redis.pending[o] = false;
#ifndef NO_TOMBSTONE
      redis.state[o] = RELEASED;
      redis.at_epoch[o] = redis.epoch;
#endif
      returned[o] = true
    :: else ->
      redis.pending[o] = false;
      if
      :: STATE_OF(o) == COMMITTED -> redis.sold--
      :: else -> redis.reserved--
      fi;
      redis.available++;
      redis.state[o] = RELEASED;
      returned[o] = true
    fi;
    books_of_redis()
  }
}

/* settle.lua: takes off the list what is no entry, and an entry of a committed order as it was when MySQL was asked about it. */
inline settle_lua(o, epoch) {
  d_step {
    if
    :: redis.phase == OPEN && redis.pending[o] && !IS_ENTRY(o) -> redis.pending[o] = false
#ifndef NO_SETTLED_EPOCH
    :: redis.phase == OPEN && IS_TAKEN_AGAIN(o) && redis.at_epoch[o] == epoch -> redis.pending[o] = false
#else
    :: redis.phase == OPEN && IS_TAKEN_AGAIN(o) && epoch != 0 -> redis.pending[o] = false
#endif
    :: else -> skip
    fi
  }
}
