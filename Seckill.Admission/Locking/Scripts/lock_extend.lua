-- Gives the holder more time; nobody else can ask for it.
-- KEYS: lock, fence
-- ARGV: owner, expiry (ms), how long the fence outlives the lock (ms)
want_keys(KEYS, 2)
want_whole(1, ARGV[2], ARGV[3])
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], fence_life(ARGV[2], ARGV[3]))
return 1
