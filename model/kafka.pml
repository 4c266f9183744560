/* Kafka and the messages of the clock. A record stays in its topic until it was handled to the end; several are delivered in any order. */

bool event[ORDERS];               /* order_events has the order's record */
bool in_hand[ORDERS];             /* a worker is handling it */
bool told[ORDERS];                /* a message of the clock is under way */
bool handed_over[ORDERS];         /* topic compensation has the order */
bool attempted[ORDERS];           /* an attempt of compensation is being made */

/* The stores may each lose what they have, not the same order at once. */
#define ELSEWHERE(o) (!accepted[o] || state[o] != NONE || IS_ENTRY(o))
