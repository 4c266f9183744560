-- Takes the lock on this master, when nobody else has it, and draws a fencing token.
-- KEYS: lock, fence
-- ARGV: owner, expiry (ms), how long the fence outlives the lock (ms)
-- Answers the token, spelt out. Nothing when somebody else has the lock.
want_keys(KEYS, 2)
want_whole(1, ARGV[2], ARGV[3])
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return false
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
local token, life = now_us(), fence_life(ARGV[2], ARGV[3])
local last = redis.call('SET', KEYS[2], token, 'PX', life, 'GET')
if last and tonumber(last) >= tonumber(token) then
  -- The clock went back, or this run has drawn a token of this lock already.
  token = whole(last + 1)
  redis.call('SET', KEYS[2], token, 'PX', life)
end
return token
