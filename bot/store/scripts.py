"""The two Lua scripts. Each runs as one step: nobody sees the half of it."""

LOAD = """
-- KEYS  1 session  2 reply of this push  3 erased
-- gives {1, reply}                                    the push was answered already
--       {0, version, session or '', time in ms}       it was not
local reply = redis.call('GET', KEYS[2])
if reply then return {1, reply} end
local held = redis.call('HMGET', KEYS[1], 'v', 'd')
local now = redis.call('TIME')
local version = held[1] and ('s' .. held[1]) or ('a' .. (redis.call('GET', KEYS[3]) or '0'))
return {0, version, held[2] or '', now[1] * 1000 + math.floor(now[2] / 1000)}
"""

COMMIT = """
-- KEYS  1 session  2 reply of this push  3 erased  4 clock  5 pushes  6 events
-- ARGV  1 version that was loaded       2 server time in ms after which it is too late
--       3 session JSON, '' to erase     4 lifetime of the session in ms
--       5 reply                         6 lifetime of a reply in ms   7 the same after an erase
--       8 push key                      9 prefix of reply keys       10 lifetime of events in ms
--      11 effects: a JSON list of flat lists {field, value, field, value …}
-- gives {'late'} | {'replayed', reply} | {'conflict'} | {'ok', reply}
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
if now_ms > tonumber(ARGV[2]) then return {'late'} end
local reply = redis.call('GET', KEYS[2])
if reply then return {'replayed', reply} end
local held = redis.call('HGET', KEYS[1], 'v')
local version = held and ('s' .. held) or ('a' .. (redis.call('GET', KEYS[3]) or '0'))
if version ~= ARGV[1] then return {'conflict'} end
local oldest_ms = now_ms - tonumber(ARGV[10])
for _, fields in ipairs(cjson.decode(ARGV[11])) do
  redis.call('XADD', KEYS[6], 'MINID', '~', string.format('%.0f', math.max(0, oldest_ms)), '*', unpack(fields))
end
if ARGV[3] == '' then
  for _, push in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do redis.call('DEL', ARGV[9] .. push) end
  redis.call('DEL', KEYS[1], KEYS[5])
  redis.call('INCR', KEYS[3])
  redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[7])
  return {'ok', ARGV[5]}
end
redis.call('HSET', KEYS[1], 'v', redis.call('INCR', KEYS[4]), 'd', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', now_ms - tonumber(ARGV[6])))
redis.call('ZADD', KEYS[5], string.format('%.0f', now_ms), ARGV[8])
redis.call('PEXPIRE', KEYS[5], ARGV[6])
return {'ok', ARGV[5]}
"""
