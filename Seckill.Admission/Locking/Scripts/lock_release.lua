-- Frees the lock, when it is still the caller's. The fence stays.
-- KEYS: lock
-- ARGV: owner
want_keys(KEYS, 1)
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
