-- Puts what a call came to in the place of what was set aside for it; once, however often it is asked to.
-- KEYS: the mark of the settled call, then for each counter its hash and its leases.
-- ARGV: the call; then for each counter: the amount set aside, what it came to, the window.
-- Returns 'ok', or 'again' for a call that was settled.
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', 600) then
  return 'again'
end
for i = 1, (#KEYS - 1) / 2 do
  local hash, leases, a = KEYS[2 * i], KEYS[2 * i + 1], 3 * i - 1
  if redis.call('ZREM', leases, ARGV[1] .. ':' .. ARGV[a]) == 1 then
    redis.call('HINCRBY', hash, 'reserved', string.format('%.0f', 0 - ARGV[a]))
  end
  if redis.call('HGET', hash, 'window') == ARGV[a + 2] then
    redis.call('HINCRBY', hash, 'used', ARGV[a + 1])
  end
end
return 'ok'
