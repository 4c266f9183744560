-- The write-ahead entries whose time has come, by the clock of this server.
-- KEYS: meta, pending
-- ARGV: how many at most
want_keys(KEYS, 2)
want_whole(1, ARGV[1])
if not open_epoch(KEYS[1]) then
  return {}
end
return redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now_ms(), 'LIMIT', 0, ARGV[1])
