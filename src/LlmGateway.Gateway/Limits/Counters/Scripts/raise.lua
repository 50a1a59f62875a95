-- Gives counters that lost something what the database says was used; none is lowered.
-- KEYS: the counters' hashes. ARGV: for each: the window, what was used.
for i = 1, #KEYS do
  local state = redis.call('HMGET', KEYS[i], 'window', 'used')
  if state[1] == ARGV[2 * i - 1] and tonumber(state[2]) < tonumber(ARGV[2 * i]) then
    redis.call('HSET', KEYS[i], 'used', ARGV[2 * i])
  end
end
return 'ok'
