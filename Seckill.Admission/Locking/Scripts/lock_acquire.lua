-- Takes the lock on this master, when nobody else has it, and draws a fencing token.
-- KEYS: lock, fence
-- ARGV: owner, expiry (ms), how long the fence outlives the lock (ms)
-- Answers the token, spelt out: Lua would round it when it turned it into text. Nothing when somebody else has the lock.
want_keys(KEYS, 2)
want_whole(1, ARGV[2], ARGV[3])
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return false
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
local time = redis.call('TIME')
local token = math.max(time[1] * 1000000 + time[2], tonumber(redis.call('GET', KEYS[2]) or 0) + 1)
local text = string.format('%.0f', token)
redis.call('SET', KEYS[2], text, 'PX', ARGV[2] + ARGV[3])
return text
