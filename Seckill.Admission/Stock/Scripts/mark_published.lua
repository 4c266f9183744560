-- Puts off the relay for entries that were published; one that is finished meanwhile does not come back.
-- KEYS: pending
-- ARGV: relay repeat (ms), then the order ids
want_keys(KEYS, 1)
want_whole(0, ARGV[1])
local due = whole(now_ms() + ARGV[1])
local moved = 0
for i = 2, #ARGV do
  moved = moved + redis.call('ZADD', KEYS[1], 'XX', 'CH', due, ARGV[i])
end
return moved
