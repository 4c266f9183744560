-- What Redis has written when a script fails, stays. So a script asks for what it was given before it writes anything; this is put before each of them.

-- The whole numbers that were looked at, by their text: the calls of a run have most of them in common.
local wholes = {}

-- The number that a text is, when it is a whole one that Lua and Redis keep exactly; else nothing.
local function whole_of(text)
  local number = text and wholes[text]
  if text and not number and #text <= 15 and string.find(text, '^%-?%d+$') then
    number = tonumber(text)
    wholes[text] = number
  end
  return number
end

-- Whole numbers, at least so large.
local function want_whole(least, ...)
  for i = 1, select('#', ...) do
    local text = select(i, ...)
    local number = whole_of(text)
    if not number or number < least then
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

-- A whole number as Redis is to have it; by itself Lua writes one with many digits slowly, and rounds it.
local function whole(number)
  return string.format('%d', number)
end
