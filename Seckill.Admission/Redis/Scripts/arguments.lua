-- What Redis has written when a script fails, stays. So a script asks for what it was given before it writes anything; this is put before each of them.

-- Whole numbers, at least so large, that Lua and Redis keep exactly.
local function want_whole(least, ...)
  for i = 1, select('#', ...) do
    local text = select(i, ...)
    if not text or #text > 15 or not string.find(text, '^%-?%d+$') or tonumber(text) < least then
      error('a whole number of at least ' .. least .. ' is wanted, not ' .. tostring(text))
    end
  end
end

-- So many keys at least; a key that is missing would be noticed by the command that uses it.
local function want_keys(keys, count)
  if #keys < count then
    error(count .. ' keys are wanted, not ' .. #keys)
  end
end

-- The key of an order's record, which ends with its id.
local function want_order(key, id)
  if not id or #id ~= 36 or string.sub(key, -36) ~= id then
    error('the record of order ' .. tostring(id) .. ' is wanted, not ' .. tostring(key))
  end
end
