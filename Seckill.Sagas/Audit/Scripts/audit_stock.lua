-- One instant of an activity's stock: counters and write-ahead entries together, so that they can be compared without allowance.
-- Reads only. The order hashes share the hash tag of the declared keys.
-- KEYS: meta, stock, pending. ARGV: prefix of the order keys, how many entries may be read at once.
local entries = false
local waiting = redis.call('ZCARD', KEYS[3])
if waiting <= tonumber(ARGV[2]) then
  entries = {}
  for i, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    entries[i] = { id, redis.call('HMGET', ARGV[1] .. id, 'state', 'sku', 'buyer', 'qty', 'epoch', 'at') }
  end
end
local time = redis.call('TIME')
return {
  redis.call('HMGET', KEYS[1], 'epoch', 'phase', 'limit'),
  redis.call('HGETALL', KEYS[2]),
  waiting,
  entries,
  time[1] * 1000 + math.floor(time[2] / 1000),
}
