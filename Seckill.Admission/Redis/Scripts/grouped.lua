-- Runs a script that is written for one call (in place of the comment in `one`) for each of several, and then what ends the run (in place of the other comment).
-- KEYS: those that all calls share, then those of each call
-- ARGV: a word of the caller's; number of shared keys, of keys of a call, of shared arguments, of arguments of a call; the shared arguments; those of each call
-- A call sees the shared keys before its own, and the shared arguments after its own.
-- Answers the caller's word, by which it knows its own answer, and for each call {1, its answer} or {0, what went wrong with it}.
local function one(KEYS, ARGV)
  --[[call]]
end

-- A step of nothing would never end, and nobody else would be served meanwhile.
local function number(text, least)
  if not text or #text > 4 or not string.find(text, '^%d+$') or tonumber(text) < least then
    error('a number from ' .. least .. ' to 9999 is wanted, not ' .. tostring(text))
  end
  return tonumber(text)
end

local shared_keys, own_keys, shared_arguments, own_arguments = number(ARGV[2], 0), number(ARGV[3], 0), number(ARGV[4], 0), number(ARGV[5], 1)
if (#ARGV - 5 - shared_arguments) % own_arguments ~= 0 then
  error('the calls have not all their arguments')
end
-- One pair of tables for all calls, whose own parts are written anew: a call keeps neither.
local answers, keys, arguments = {}, {}, {}
for i = 1, shared_keys do
  keys[i] = KEYS[i]
end
for i = 1, shared_arguments do
  arguments[own_arguments + i] = ARGV[5 + i]
end
for first = 5 + shared_arguments, #ARGV - 1, own_arguments do
  local call = #answers
  for i = 1, own_keys do
    keys[shared_keys + i] = KEYS[shared_keys + call * own_keys + i]
  end
  for i = 1, own_arguments do
    arguments[i] = ARGV[first + i]
  end

  local ok, answer = pcall(one, keys, arguments)
  if ok then
    answers[call + 1] = { 1, answer }
  else
    answers[call + 1] = { 0, type(answer) == 'table' and answer.err or tostring(answer) }
  end
end
--[[end]]
return { ARGV[1], answers }
