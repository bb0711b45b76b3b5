-- root: tools
-- run: /usr/bin/lua5.4
-- modes: auto
-- npm test: yes
-- Lua 5.4: integers and floats, patterns, closures, coroutines, metatables, garbage, to-be-closed variables, errors.
local function section(name) print('== ' .. name) end
section('numbers')
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 2 ^ 10, 1e15, 2 ^ 53, 10 / 2, 3 | 4, 6 ~ 3, ~0, 1 << 62, 1 << 64, -1 >> 1)
print(math.maxinteger, math.mininteger, math.maxinteger + 1 == math.mininteger, math.maxinteger * 2.0, 5 // 0.0, -5 // 0.0, 0 / 0 ~= 0 / 0)
print(pcall(function() return 1 // 0 end)); print(string.format('%q %q %5.1f %x %g %a %s %10.4s|', 1 / 3, 'a\n"\0b', 3.14159, 255, 1e20, 1.5, true, 'truncated'))
print(math.type(1), math.type(1.0), math.type('1'), math.tointeger(3.0), math.tointeger('8'), tonumber('0x1p4'), tonumber('10', 2), tonumber('zz', 36), tonumber('1e'), '10' + 5, '3' * '4', 10 .. 20)
print(math.floor(-3.5), math.ceil(-3.5), math.fmod(-7, 3), math.ult(1, -1), math.abs(math.mininteger), math.sqrt(2), math.sin(1), math.exp(1), math.log(8, 2), math.pi)
math.randomseed(42); local r = {} for i = 1, 5 do r[i] = math.random(1000) end print(table.concat(r, ' '))
section('strings')
print(('x'):rep(3, '-'), ('hello'):sub(-3, -2), ('hello'):byte(1, -1), ('%d'):format(3.0), #'\u{20AC}', utf8.len('aé€'), utf8.char(228, 8364))
print(('key = value'):match('^(%w+)%s*=%s*(%w+)$'), ('a,b,,c'):gsub(',', ';', 2), ('f(a(b)c)'):match('%b()'), ('THE (quick) fox'):find('%((%a+)%)'), ('  trim '):gsub('^%s*(.-)%s*$', '<%1>'))
print(('hello world'):gsub('o', { o = '0' }), ('abc'):gsub('%w', function(c) return c:byte() .. '.' end), ('x=1 y=2'):gsub('(%w)=(%w)', '%2=%1'), ('frontier THE'):find('%f[%u]%u+'))
for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do io.write(k, v, ' ') end print(string.pack('<i4>i2z', 1, 2, 'end'):byte(1, -1)) print(string.unpack('<d', string.pack('<d', -1.25)), string.packsize('!8i4i8'))
section('tables')
local t = {} for i = 1, 1000 do t[i] = (i * 7919) % 1009 end table.sort(t) print(t[1], t[500], t[1000], #t) table.sort(t, function(a, b) return a > b end) print(t[1], table.unpack({ 1, 2, 3 }, 2))
print(table.concat(table.move({ 1, 2, 3 }, 2, 3, 1), ','), select('#', nil, nil), select(-1, 1, 2), next({}), rawlen({ 1, 2 }), #table.pack(1, nil, 3)) table.insert(t, 1, 'first') print(table.remove(t, 1), table.remove(t), #t)
local V = {} V.__index = V V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end V.__eq = function(a, b) return a.x == b.x end V.__lt = function(a, b) return a.x < b.x end V.__le = function(a, b) return a.x <= b.x end V.__tostring = function(v) return 'V' .. v.x end V.__len = function() return 99 end V.__call = function(v, n) return v.x * n end V.__concat = function(a, b) return tostring(a) .. tostring(b) end V.__idiv = function() return 'idiv' end V.__close = function(v) print('closed ' .. v.x) end
local a, b = setmetatable({ x = 1 }, V), setmetatable({ x = 2 }, V) print(tostring(a + b), a == b, a < b, a <= b, #a, a(21), a .. b, a // b, rawequal(a, a)) do local c <close> = a local k <const> = 5 print('in block', k) end
local proxy = setmetatable({}, { __index = function(_, k) return k .. '!' end, __newindex = function(p, k, v) rawset(p, k, v * 2) end, __pairs = function() return function(_, k) if not k then return 1, 'one' end end, nil, nil end }) proxy.n = 21 print(proxy.n, proxy.missing) for k, v in pairs(proxy) do print(k, v) end
section('functions')
local function counter() local n = 0 return function() n = n + 1 return n end end local c1, c2 = counter(), counter() print(c1(), c1(), c2())
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end print(fib(24)) local function loop(n) if n == 0 then return 'tail' end return loop(n - 1) end print(loop(1000000))
print((function(...) local x, y = ... return select('#', ...), x, y end)(1, nil, 3)) goto skip print('not here') ::skip:: for i = 10, 1, -4 do io.write(i, ' ') end for i = 1, 0 do io.write('never') end print(load('return ...', 'chunk')(7), load('syntax error here'))
section('coroutines')
local function permutations(list, n) n = n or #list if n <= 1 then coroutine.yield(table.concat(list)) else for i = 1, n do list[n], list[i] = list[i], list[n] permutations(list, n - 1) list[n], list[i] = list[i], list[n] end end end
local all = {} for p in coroutine.wrap(function() permutations({ 'a', 'b', 'c', 'd' }) end) do all[#all + 1] = p end print(#all, all[1], all[24]) local co = coroutine.create(function(x) local y = coroutine.yield(x * 2) error('in coroutine ' .. y) end) print(coroutine.resume(co, 21)) print(coroutine.resume(co, 'z')) print(coroutine.status(co), coroutine.resume(co), coroutine.isyieldable(), coroutine.close(co))
local many = {} for i = 1, 2000 do many[i] = coroutine.wrap(function() for j = 1, 5 do coroutine.yield(i * j) end end) end local sum = 0 for _ = 1, 5 do for i = 1, 2000 do sum = sum + many[i]() end end print(sum)
section('garbage')
local weak = setmetatable({}, { __mode = 'v' }) weak[1] = {} weak[2] = t collectgarbage() print(weak[1], weak[2] == t) local finalized = 0 for _ = 1, 100 do setmetatable({}, { __gc = function() finalized = finalized + 1 end }) end collectgarbage() collectgarbage() print(finalized) collectgarbage('generational') for i = 1, 200000 do local _ = { i, { i } } end collectgarbage('incremental') print(collectgarbage('count') < 20000)
section('work')
local size = 64 local image = {} for y = 0, size - 1 do for x = 0, size - 1 do local cr, ci, zr, zi, n = 2.0 * x / size - 1.5, 2.0 * y / size - 1.0, 0.0, 0.0, 0 while zr * zr + zi * zi < 4.0 and n < 100 do zr, zi, n = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci, n + 1 end image[#image + 1] = string.char(n) end end local h = 0 for c in table.concat(image):gmatch('.') do h = (h * 31 + c:byte()) % 4294967291 end print(h)
local sieve, primes = {}, 0 for i = 2, 100000 do if not sieve[i] then primes = primes + 1 for j = i * i, 100000, i do sieve[j] = true end end end print(primes) local words = {} for i = 1, 20000 do local w = ('w' .. i * 7919 % 997) words[w] = (words[w] or 0) + 1 end local n = 0 for _ in pairs(words) do n = n + 1 end print(n, words.w0)
section('files')
local name = os.tmpname() local f = assert(io.open(name, 'w')) for i = 1, 100 do f:write(i, ' ', i * i, '\n') end f:close() local lines = 0 for l in io.lines(name) do lines = lines + #l end print(lines) f = io.open(name) print(f:read('n', 'n', 'l', 'L', 4)) print(f:seek('set', 10), f:read('a'):len(), f:read('a'), f:read('l')) f:close() os.remove(name) print((select(2, io.open(name)):gsub('^.-: ', ''))) print(io.type(f), pcall(f.read, f))
local p = io.popen('echo from popen; exit 3') print(p:read('a'), p:close()) print(os.execute('exit 4')) print(os.getenv('HOME'), os.date('!%Y-%m-%d %H:%M:%S', 1e9), os.time({ year = 2000, month = 1, day = 1, hour = 12 }), type(os.clock()))
section('errors')
print(select(2, pcall(error, { code = 1 })).code) print(select(2, pcall(error, 'message', 0)), select(2, pcall(error))) print(pcall(function() local x = nil; return x.y end)) print(pcall(function() return 1 < 'x' end)) print(pcall(string.rep, 'x', -1)) print(xpcall(function() error('deep') end, function(m) return 'handled ' .. m end)) print(select(2, pcall(function() local function f() return f() + 1 end return f() end)):match('stack overflow')) print(debug.traceback('trace', 1):match('trace\nstack traceback:') ~= nil, debug.getinfo(1, 'l').currentline > 0)
io.stderr:write('to standard error\n') os.exit(6, true)
