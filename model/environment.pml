/* What the stores lose, and what must be true when nobody has anything left to do. */

#ifdef LOCKS
byte lapses = LAPSES;
#endif
#if TAILS > 0
Redis tail;                       /* Redis as it was before the second that it loses */
bool tail_of[ORDERS];
#endif

/* Redis may lose an order that Kafka or MySQL has. */
#define KEPT(i) (!accepted[i] || state[i] != NONE || event[i] || in_hand[i] || handed_over[i] || compensated[i])

inline copy(from, to) {
  to.phase = from.phase; to.epoch = from.epoch; to.run_id = from.run_id;
  to.available = from.available; to.reserved = from.reserved; to.sold = from.sold;
  to.rebuilt = from.rebuilt; to.rebuilt_reserved = from.rebuilt_reserved; to.rebuilt_sold = from.rebuilt_sold;
  to.state[0] = from.state[0]; to.at_epoch[0] = from.at_epoch[0]; to.pending[0] = from.pending[0];
  EACH_SECOND(to.state[1] = from.state[1]; to.at_epoch[1] = from.at_epoch[1]; to.pending[1] = from.pending[1])
}

inline clear(it) {
  it.phase = GONE; it.epoch = 0; it.run_id = 0;
  it.available = 0; it.reserved = 0; it.sold = 0;
  it.rebuilt = false; it.rebuilt_reserved = 0; it.rebuilt_sold = 0;
  it.state[0] = 0; it.at_epoch[0] = 0; it.pending[0] = false;
  EACH_SECOND(it.state[1] = 0; it.at_epoch[1] = 0; it.pending[1] = false)
}

proctype Losses() {
  byte topics = LOST_TOPICS, emptied = EMPTIED, tails = TAILS, restarts = RESTARTS;
  bool has_tail;
  do
  :: atomic {
       topics > 0 && EACH_ORDER(ELSEWHERE) ->
       topics--;
       event[0] = false; handed_over[0] = false;
       EACH_SECOND(event[1] = false; handed_over[1] = false)
     }
  :: atomic {
       emptied > 0 && EACH_ORDER(KEPT) ->
       d_step { emptied--; clear(redis); lossy = true; returned[0] = false; EACH_SECOND(returned[1] = false) }
     }
  :: atomic { restarts > 0 -> restarts--; server_run_id++ }
#if TAILS > 0
  :: atomic {
       tails > 0 && !has_tail ->
       d_step { has_tail = true; copy(redis, tail); tail_of[0] = returned[0]; EACH_SECOND(tail_of[1] = returned[1]) }
     }
  :: atomic {
       has_tail && EACH_ORDER(KEPT) ->
       d_step {
         has_tail = false; tails--; copy(tail, redis); clear(tail); lossy = true; server_run_id++;
         returned[0] = tail_of[0]; tail_of[0] = false;
         EACH_SECOND(returned[1] = tail_of[1]; tail_of[1] = false)
       }
     }
#endif
#ifdef LOCKS
  :: atomic { lapses > 0 && lock[0] != 0 -> lapses--; lock[0] = 0 }
#endif
  :: atomic {                     /* nothing more is lost, and nobody gives further commands */
       topics = 0; emptied = 0; tails = 0; restarts = 0; operators = 0; cancels = 0; payments = 0;
#if TAILS > 0
       has_tail = false; clear(tail); tail_of[0] = false; EACH_SECOND(tail_of[1] = false)
#endif
       break
     }
  od
}

#define IS_DECIDED(i) (accepted[i] -> IS_FINAL(state[i]) : state[i] == NONE)
#define IS_CLEAN(i) (!redis.pending[i] && !event[i] && !in_hand[i] && !told[i] && !handed_over[i] && !compensated[i])

/* Every accepted order is decided, Redis has the books of MySQL, and what nobody bought is for sale. */
inline settled() {
  assert(EACH_ORDER(IS_DECIDED));
  assert(EACH_ORDER(IS_CLEAN));
  assert(redis.phase == OPEN && redis.sold == SOLD_ORDERS && redis.reserved == 0 && redis.available == TOTAL - SOLD_ORDERS);
  assert(taken == SOLD_ORDERS)
}

proctype Auditor() {
  timeout -> settled()
}

init {
  atomic {
    redis.phase = OPEN; redis.available = TOTAL; redis.epoch = 1; stock_epoch = 1;
    run Api(); run Relay(); run Losses(); run Auditor();
    run Worker();
#if WORKERS > 1
    run Worker();
#endif
#if EMPTIED + TAILS + RESTARTS > 0
    run Keeper();
#if KEEPERS > 1
    run Keeper();
#endif
#endif
  }
}
