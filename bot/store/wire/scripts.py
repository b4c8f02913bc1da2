"""The two Lua scripts. Each runs as one step: nobody sees the half of it."""

LOAD = """
-- KEYS  1 session  2 reply of this push  3 erased  4 flood  5 that this push is gone
-- ARGV  1 push key  2 pushes a user may send in a window, 0 = not counted  3 the window in ms
-- gives {1, reply}                                    the push was answered already
--       {1, ''}                                       it was, and its user is erased since
--       {2, how many too many}                        it is one too many in this window
--       {0, version, session or '', time in ms}       neither
local reply = redis.call('GET', KEYS[2])
if reply then return {1, reply} end
if redis.call('EXISTS', KEYS[5]) == 1 then return {1, ''} end
local limit = tonumber(ARGV[2])
if limit > 0 then
  -- By push key, so that a second look at one push (a copy, a conflict) is no second push.
  local place = tonumber(redis.call('ZSCORE', KEYS[4], ARGV[1]))
  if not place then
    place = redis.call('ZCARD', KEYS[4]) + 1
    if place <= limit + 1 then redis.call('ZADD', KEYS[4], place, ARGV[1]) end
    -- The window begins with its first push; a flood that goes on keeps it open, so one line is said once.
    if place == 1 or place > limit then redis.call('PEXPIRE', KEYS[4], ARGV[3]) end
  end
  if place > limit then return {2, place - limit} end
end
local held = redis.call('HMGET', KEYS[1], 'v', 'd')
local now = redis.call('TIME')
local version = held[1] and ('s' .. held[1]) or ('a' .. (redis.call('GET', KEYS[3]) or '0'))
return {0, version, held[2] or '', now[1] * 1000 + math.floor(now[2] / 1000)}
"""

COMMIT = """
-- KEYS  1 session  2 reply of this push  3 erased  4 clock  5 pushes  6 events  7 flood  8 aside
--       9 prefix of reply keys  10 prefix of card keys  11 prefix of what is gone
-- ARGV  1 version that was loaded       2 server time in ms after which it is too late
--       3 session JSON, '' to erase     4 lifetime of the session in ms
--       5 reply                         6 lifetime of a reply in ms   7 the same after an erase
--       8 push key                      9 lifetime of events in ms
--      10 effects: a JSON list of flat lists {field, value, field, value …}
--      11 cards of the session: a JSON list of {kind, code, card}
--      12 '1' to set aside what was loaded, which nobody can read
-- gives {'late'} | {'replayed', reply} | {'conflict'} | {'ok', reply}
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
-- First of all: this very commit may have been executed by a server that was killed before it could say so.
local reply = redis.call('GET', KEYS[2])
if reply then return {'replayed', reply} end
if now_ms > tonumber(ARGV[2]) then return {'late'} end
local held = redis.call('HMGET', KEYS[1], 'v', 'c')
local version = held[1] and ('s' .. held[1]) or ('a' .. (redis.call('GET', KEYS[3]) or '0'))
if version ~= ARGV[1] then return {'conflict'} end

-- A session's cards are its shadow: written, renewed and dropped with it, and counted by being there.
local cards, before = cjson.decode(ARGV[11]), {}
for kind, code in string.gmatch(held[2] or '', '(%l+):(%w+)') do before[code] = kind end
for _, card in ipairs(cards) do
  if not before[card[2]] and redis.call('EXISTS', KEYS[10] .. 'card:' .. card[2]) == 1 then return {'conflict'} end
end

local oldest_ms = now_ms - tonumber(ARGV[9])
for _, fields in ipairs(cjson.decode(ARGV[10])) do
  redis.call('XADD', KEYS[6], 'MINID', '=', string.format('%.0f', math.max(0, oldest_ms)), '*', unpack(fields))
  redis.call('PEXPIRE', KEYS[6], ARGV[9])
end
local names = {}
for _, card in ipairs(cards) do
  local kind, code = card[1], card[2]
  before[code] = nil
  names[#names + 1] = kind .. ':' .. code
  redis.call('SET', KEYS[10] .. 'card:' .. code, card[3], 'PX', ARGV[4])
  redis.call('ZREMRANGEBYSCORE', KEYS[10] .. 'cards:' .. kind, '-inf', string.format('%.0f', now_ms))
  redis.call('ZADD', KEYS[10] .. 'cards:' .. kind, string.format('%.0f', now_ms + tonumber(ARGV[4])), code)
  redis.call('PEXPIRE', KEYS[10] .. 'cards:' .. kind, ARGV[4])
end
for code, kind in pairs(before) do
  redis.call('DEL', KEYS[10] .. 'card:' .. code)
  redis.call('ZREM', KEYS[10] .. 'cards:' .. kind, code)
end
if ARGV[3] == '' then
  -- What was answered may be delivered again; it must begin nothing. These keys name no user.
  for _, push in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
    redis.call('DEL', KEYS[9] .. push)
    redis.call('SET', KEYS[11] .. push, '1', 'PX', ARGV[6])
  end
  redis.call('SET', KEYS[11] .. ARGV[8], '1', 'PX', ARGV[6])
  redis.call('DEL', KEYS[1], KEYS[5], KEYS[7], KEYS[8])
  redis.call('INCR', KEYS[3])
  redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[7])
  return {'ok', ARGV[5]}
end
if ARGV[12] == '1' then redis.call('SET', KEYS[8], redis.call('HGET', KEYS[1], 'd') or '', 'PX', ARGV[4]) end
redis.call('HSET', KEYS[1], 'v', redis.call('INCR', KEYS[4]), 'd', ARGV[3], 'c', table.concat(names, ' '))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[5], 'PX', ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', now_ms - tonumber(ARGV[6])))
redis.call('ZADD', KEYS[5], string.format('%.0f', now_ms), ARGV[8])
redis.call('PEXPIRE', KEYS[5], ARGV[6])
return {'ok', ARGV[5]}
"""
