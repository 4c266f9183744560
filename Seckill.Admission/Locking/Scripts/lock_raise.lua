-- Raises this master's fence to the token that the holder chose among those of all masters.
-- KEYS: lock, fence
-- ARGV: owner, token, expiry (ms), how long the fence outlives the lock (ms)
want_keys(KEYS, 2)
want_whole(1, ARGV[3], ARGV[4])
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if tonumber(redis.call('GET', KEYS[2]) or 0) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[2], ARGV[2], 'PX', fence_life(ARGV[3], ARGV[4]))
end
return 1
