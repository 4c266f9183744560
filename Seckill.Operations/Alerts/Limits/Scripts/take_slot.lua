-- A sliding window over the messages that all processes sent to one receiver.
-- KEYS: 1 the sent messages, by time
-- ARGV: 1 messages allowed, one at least, 2 window in milliseconds, 3 a unique name for this message
-- Returns: 0 when the message may go now, else milliseconds until the oldest leaves the window.
-- What was written when a script fails, stays.
if not string.match(ARGV[1] or '', '^[1-9]%d*$') or not string.match(ARGV[2] or '', '^[1-9]%d*$') or math.max(#ARGV[1], #ARGV[2]) > 12 or not ARGV[3] then
  return redis.error_reply('ERR a number, a window and a name are wanted')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], window)
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(1, tonumber(oldest[2]) + window - now)
