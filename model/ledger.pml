/* MySQL: the rows of each order and the stock. Each inline is one transaction of a group commit: it is durable or it is not. */

/* order_transaction.state; a transaction only moves forward, so its row_version is as good as its state. */
#define NONE         0
#define PENDING      1            /* Prepared */
#define CONFIRMED    2            /* Committed */
#define PAID         3
#define CANCELLING   4
#define CANCELLED    5
#define ROLLING_BACK 6
#define ROLLED_BACK  7

#define IS_LIVE(s)  (s == PENDING || s == CONFIRMED || s == PAID)
#define IS_SOLD(s)  (s == CONFIRMED || s == PAID)
#define HAS_ENDED(s) (s >= CANCELLING)
#define IS_FINAL(s) (s == CONFIRMED || s == PAID || s == CANCELLED || s == ROLLED_BACK)

#define WRITTEN  0
#define EXISTS   1
#define SOLD_OUT 2
#define CONFLICT 3

byte state[ORDERS];               /* order_transaction.state, and orders.status with it */
short taken;                      /* stock.taken */
byte stock_epoch;                 /* activities.stock_epoch */
bool noted[ORDERS];               /* order_transaction.last_error is set */
bool compensated[ORDERS];         /* the order has a row in compensation */
#ifdef LOCKS
byte token[ORDERS];               /* order_transaction.fencing_token */
#endif
byte decision[ORDERS];            /* observer: 0, or the first decision: CONFIRMED or ROLLED_BACK */

#define LIVE(o) (IS_LIVE(state[o]) -> 1 : 0)
#define SOLD(o) (IS_SOLD(state[o]) -> 1 : 0)
#if ORDERS == 1
#define LIVE_ORDERS LIVE(0)
#define SOLD_ORDERS SOLD(0)
#else
#define LIVE_ORDERS (LIVE(0) + LIVE(1))
#define SOLD_ORDERS (SOLD(0) + SOLD(1))
#endif

/* Never oversold, the stock is that of the orders, and a decision stays. */
inline books_of_ledger(o) {
  assert(taken == LIVE_ORDERS);
  assert(SOLD_ORDERS <= TOTAL && taken <= TOTAL);
  if
  :: state[o] == CONFIRMED || state[o] == PAID || state[o] == CANCELLING || state[o] == CANCELLED ->
    assert(decision[o] != ROLLED_BACK); decision[o] = CONFIRMED
  :: state[o] == ROLLING_BACK || state[o] == ROLLED_BACK ->
    assert(decision[o] != CONFIRMED); decision[o] = ROLLED_BACK
  :: else -> skip
  fi
}

/* "AND taken + n <= total" */
#ifndef NO_LEDGER_STOCK
#define LEDGER_SOLD_OUT (taken + 1 > TOTAL)
#else
#define LEDGER_SOLD_OUT false
#endif

/* The row is as the worker has loaded it. */
#ifndef NO_ROW_GUARD
#define STANDS(o, from) (state[o] == from)
#else
#define STANDS(o, from) (state[o] != NONE)
#endif

#ifdef LOCKS
#ifndef NO_FENCING
#define IS_FENCED(o, own) (token[o] > own)
#else
#define IS_FENCED(o, own) false
#endif
/* A holder that was overtaken never writes over the one that overtook it. */
#define FENCE(o, own) assert(own >= token[o]); token[o] = own;
#else
#define IS_FENCED(o, own) false
#define FENCE(o, own)
#endif

/* PrepareBatch: to is PENDING, or ROLLED_BACK for an order that was refused. */
inline first_write(o, to, own, outcome) {
  d_step {
    if
#ifndef NO_PRIMARY_KEY
    :: state[o] != NONE -> outcome = EXISTS
    :: state[o] == NONE && to == PENDING && LEDGER_SOLD_OUT -> assert(lossy); outcome = SOLD_OUT
    :: state[o] == NONE && !(to == PENDING && LEDGER_SOLD_OUT) ->
#else
    :: to == PENDING && LEDGER_SOLD_OUT -> outcome = SOLD_OUT
    :: !(to == PENDING && LEDGER_SOLD_OUT) ->
#endif
      state[o] = to;
      taken = taken + (to == PENDING -> 1 : 0);
      FENCE(o, own)
      outcome = WRITTEN;
      books_of_ledger(o)
    fi
  }
}

/* CommitBatch and TransitionBatch: from is the state that the worker has loaded. */
inline change(o, from, to, own, outcome) {
  d_step {
    if
    :: STANDS(o, from) && !IS_FENCED(o, own) ->
      taken = taken - ((IS_LIVE(from) && !IS_LIVE(to)) -> 1 : 0);
      assert(!(state[o] == PAID && to != PAID));
      state[o] = to;
      FENCE(o, own)
      outcome = WRITTEN;
      books_of_ledger(o)
    :: else -> outcome = CONFLICT
    fi
  }
}
