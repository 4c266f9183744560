-- Whose alert of a kind and key is told. One call of two processes wins.
-- KEYS: 1 the claim, 2 the number of repeats that nobody was told
-- ARGV: 1 state (firing or resolved), 2 id of the alert, 3 window in milliseconds, 4 repeats that the caller counted before
-- Returns: 1 won or 0 repeated; repeats so far when won; milliseconds until the claim ends when repeated.
-- What was written when a script fails, stays.
if #KEYS < 2 or not string.match(ARGV[3] or '', '^[1-9]%d*$') or not string.match(ARGV[4] or '', '^%d+$') or math.max(#ARGV[3], #ARGV[4]) > 12 then
  return redis.error_reply('ERR two keys, a window and a number are wanted')
end
local mine = ARGV[1] .. '|' .. ARGV[2]
local current = redis.call('GET', KEYS[1])

-- The same alert again: its process was restarted before it could tell it.
if current == mine then
  return {1, 0, 0}
end

-- The other state (resolved after firing, or back) is news at any time, and opens a window of its own.
if current and string.sub(current, 1, #ARGV[1] + 1) == ARGV[1] .. '|' then
  redis.call('INCRBY', KEYS[2], 1 + tonumber(ARGV[4]))
  -- Told with the next news, if that comes within a day of the last repeat.
  redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[3]) + 86400000)
  return {0, 0, redis.call('PTTL', KEYS[1])}
end

redis.call('SET', KEYS[1], mine, 'PX', ARGV[3])
local repeats = tonumber(redis.call('GET', KEYS[2]) or '0')
redis.call('DEL', KEYS[2])
return {1, repeats, 0}
