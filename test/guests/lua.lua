-- root: debian
-- run: /usr/bin/lua5.4
-- Lua 5.4: strings, numbers, tables, closures, coroutines, metatables, errors, files and processes.
print(_VERSION, #arg, arg[0])
print(7 // 2, -7 // 2, 7 % -3, 7 / 2, 2 ^ 10, 1 << 62, 0xff ~ 0x0f, ~0, 5 // 0.0, -5 % math.huge, 3 | 4.0)
print(math.maxinteger, math.mininteger, math.maxinteger + 1 == math.mininteger, 1e15, 2 ^ 53, 0.1 + 0.2, 1 / 3)
print(string.format('%5.2f|%d|%x|%q|%s|%g|%a|%-6s|%c', math.pi, 42, 255, 'a\n"b"\0', true, 1e100, 1.5, 'ab', 65))
for _, f in ipairs { 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'exp', 'sqrt' } do print(f, string.format('%.14g', math[f](0.7))) end
print(math.log(10), math.log(8, 2), math.fmod(-7, 3), math.tointeger(3.0), math.ult(1, -1), math.type(1), math.type(1.0))
print(tostring(1e308 * 10), tostring(-1e308 * 10), 0 / 0 ~= 0 / 0, tonumber('0x1p4'), tonumber('z', 36), tonumber('1e1'))

print(('hello world'):gsub('o', '0'), ('key = value'):match('^(%w+)%s*=%s*(%w+)$'))
for w, n in ('a1 b22 c333'):gmatch('(%a)(%d+)') do io.write(w, ':', n, ' ') end print()
print(('abc'):rep(3, '-'), ('abc'):reverse(), ('abc'):byte(1, -1), ('x'):upper(), #'\u{20ac}', utf8.char(8364, 97), utf8.len('\u{20ac}a'))
print(string.pack('<i4 >i2 z', 1, 2, 'zs'):byte(1, -1)) print(string.unpack('<d', string.pack('<d', 1.25)))
print(('f(a(b)c)d'):match('%b()'), ('THE (quick) fox'):find('%((%a+)%)'), ('x'):find('', 10), ('%d'):gsub('%%d', '%%'))

local t = {} for i = 1, 200 do t[i] = (i * 7919) % 1009 end table.sort(t) print(table.concat(t, ',', 1, 10), #t, select('#', table.unpack(t, 1, 150)))
table.sort(t, function(a, b) return a > b end) print(t[1], t[200], table.remove(t), #t) table.insert(t, 1, 'x') print(t[1], #t, next({}), rawlen(t))
table.move(t, 1, 3, 5) print(t[5], t[7]) local keys = {} for k in pairs { b = 1, a = 2, c = 3 } do keys[#keys + 1] = k end table.sort(keys) print(table.concat(keys))

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end print(fib(20))
local function counter() local c = 0 return function() c = c + 1 return c end end local c1, c2 = counter(), counter() print(c1(), c1(), c2())
local co = coroutine.wrap(function(...) local a = ... while true do a = coroutine.yield(a * 2) end end) print(co(1), co(2), co(30))
local gen = coroutine.create(function() error('inside') end) print(coroutine.resume(gen)) print(coroutine.status(gen), coroutine.isyieldable())
local V = {} V.__index = V V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end V.__tostring = function(v) return 'V' .. v.x end V.__lt = function(a, b) return a.x < b.x end V.__call = function(v, y) return v.x * y end V.__len = function() return 99 end V.__concat = function() return 'cat' end V.__close = function(v) print('closed', v.x) end
local v, w = setmetatable({ x = 1 }, V), setmetatable({ x = 2 }, V) print(tostring(v + w), v < w, w(21), #v, v .. w) do local z <close> = setmetatable({ x = 5 }, V) print('open') end
print(select(2, pcall(error, { code = 1 })).code) print(select(2, pcall(function() local x = nil; return x.y end))) print(select(2, xpcall(function() error('msg', 0) end, function(m) return 'handled ' .. m end)))
print(select(2, pcall(function() return 1 + {} end)), select(2, load('x ='))) print(load('return ...')(7), (function(...) return select('#', ...) end)(nil, nil))
goto done do print('skipped') end ::done:: for i = 10, 1, -4 do io.write(i, ' ') end for x = 1.0, 2, 0.5 do io.write(x, ' ') end print()
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end print(deep(10000), pcall(function() local function inf() return 1 + inf() end return inf() end))
collectgarbage() local weak = setmetatable({}, { __mode = 'k' }) weak[{}] = 1 collectgarbage() print(next(weak)) print(collectgarbage('count') > 0)

local name = os.tmpname() local f = assert(io.open(name, 'w')) f:write('line 1\n', 2, '\nline 3') f:close() for l in io.lines(name) do io.write('[', l, ']') end print()
f = io.open(name, 'r+') print(f:seek('end'), f:seek('set', 5), f:read(1), f:read('l'), f:read('n'), f:read('a')) f:close() print(os.rename(name, name .. 'x'), os.remove(name .. 'x'), select(2, os.remove('/none/none')))
print(io.open('/none') == nil, io.type(f), io.type(io.stdout)) local p = io.popen('echo from a shell; exit 3') print(p:read('a'), p:close()) print(os.execute('exit 5')) print(os.execute('kill -9 $$'))
print(os.getenv('HOME'), os.getenv('NONE'), os.date('!%Y-%m-%d %H:%M:%S', 86400), os.time { year = 2000, month = 1, day = 1, hour = 12 } > 0, os.clock() >= 0)
local s = 0 for i = 1, 300000 do s = (s * 31 + i) % 1000003 end print(s) local q = {} for i = 1, 2000 do q[#q + 1] = tostring(i) end print(#table.concat(q))
-- queens
local N, count = 7, 0 local function place(row, cols, d1, d2) if row > N then count = count + 1 return end for c = 1, N do if not cols[c] and not d1[row + c] and not d2[row - c] then cols[c], d1[row + c], d2[row - c] = true, true, true place(row + 1, cols, d1, d2) cols[c], d1[row + c], d2[row - c] = nil, nil, nil end end end place(1, {}, {}, {}) print('queens', count)
io.stderr:write('to stderr\n') os.exit(6, true)
