-- Frees the lock, when it is still the caller's. The fence stays.
-- KEYS: lock
-- ARGV: owner
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
