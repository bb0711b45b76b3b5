-- root: tools
-- run: /usr/bin/luajit
-- modes: auto
-- LuaJIT: its traces, with and without the compiler, give the results of the interpreter; FFI, bit operations, coroutines.
local bit, ffi, jit = require('bit'), require('ffi'), require('jit')
print(jit.version:match('LuaJIT 2'), jit.os, jit.arch, ffi.abi('32bit'), ffi.abi('le'))
local work = {}
function work.nbody(n)
  local bodies = { { 0, 0, 0, 0, 0, 0, 39.47 }, { 4.84, -1.16, -0.10, 0.6, 2.81, -0.02, 0.037 }, { 8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011 }, { 12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017 } }
  for _ = 1, n do
    for i = 1, #bodies do
      local a = bodies[i]
      for j = i + 1, #bodies do
        local b = bodies[j]
        local dx, dy, dz = a[1] - b[1], a[2] - b[2], a[3] - b[3]
        local d2 = dx * dx + dy * dy + dz * dz
        local mag = 0.01 / (d2 * math.sqrt(d2))
        a[4], a[5], a[6] = a[4] - dx * b[7] * mag, a[5] - dy * b[7] * mag, a[6] - dz * b[7] * mag
        b[4], b[5], b[6] = b[4] + dx * a[7] * mag, b[5] + dy * a[7] * mag, b[6] + dz * a[7] * mag
      end
    end
    for _, b in ipairs(bodies) do b[1], b[2], b[3] = b[1] + 0.01 * b[4], b[2] + 0.01 * b[5], b[3] + 0.01 * b[6] end
  end
  return ('%.12f %.12f'):format(bodies[1][1], bodies[3][2])
end
function work.sieve(n) local c, p = {}, 0 for i = 2, n do if not c[i] then p = p + 1 for j = i * i, n, i do c[j] = true end end end return p end
function work.bits(n) local h = 0x811c9dc5 for i = 1, n do h = bit.tobit(bit.bxor(bit.rol(h, 5), i) + bit.band(i, 0xff) * 16777619) h = bit.bor(bit.bswap(h), bit.rshift(h, 28)) end return bit.tohex(h) end
function work.strings(n) local parts = {} for i = 1, n do parts[#parts + 1] = ('%d:%s'):format(i, ('x'):rep(i % 7)) end local s = table.concat(parts, ',') local count = 0 for w in s:gmatch('x+') do count = count + #w end return #s .. ' ' .. count .. ' ' .. s:sub(-12):upper():reverse() end
function work.struct(n) ffi.cdef('typedef struct { int32_t a; double b; uint8_t c[4]; int64_t d; } ' .. 'item' .. n .. ';') local items = ffi.new('item' .. n .. '[?]', n) for i = 0, n - 1 do items[i].a = i * 3 items[i].b = i / 4 items[i].c[i % 4] = i items[i].d = items[i].d + 2LL ^ 40 * i end local sum, wide = 0, 0LL for i = 0, n - 1 do sum = sum + items[i].a + items[i].b + items[i].c[i % 4] wide = wide + items[i].d end return sum .. ' ' .. tostring(wide) .. ' ' .. ffi.sizeof('item' .. n) end
function work.wide(n) local x = 1ULL for i = 1, n do x = x * 6364136223846793005ULL + 1442695040888963407ULL x = bit.bxor(x, bit.rshift(x, 33)) if i % 1000 == 0 then x = x / 3 + x % 7 end end return tostring(x) end
function work.closures(n) local function adder(k) return function(x) return x + k end end local s = 0 for i = 1, n do s = adder(i)(s) % 1000003 end return s end
function work.coroutines(n) local co = coroutine.wrap(function() for i = 1, n do coroutine.yield(i * 2) end end) local s = 0 for _ = 1, n do s = s + co() end return s end
function work.dispatch(n) local A = {} A.__index = A function A:step(x) return x + self.k end local B = setmetatable({}, { __index = A }) B.__index = B function B:step(x) return x * 2 % 65537 + self.k end local o = { setmetatable({ k = 1 }, A), setmetatable({ k = 2 }, B) } local x = 0 for i = 1, n do x = o[i % 2 + 1]:step(x) end return x end
function work.matrix(n) local function make(k) local m = {} for i = 1, n do m[i] = {} for j = 1, n do m[i][j] = (i * k + j) % 10 end end return m end local a, b, t = make(3), make(7), 0 for i = 1, n do for j = 1, n do local s = 0 for k = 1, n do s = s + a[i][k] * b[k][j] end t = t + s * (i - j) end end return t end
function work.math(n) local s = 0 for i = 1, n do s = s + math.sin(i) * math.floor(i / 3) % 2 - math.abs(i % 5 - 2) + math.max(i % 3, 1) ^ 0.5 + math.fmod(i, 7) end return ('%.9f'):format(s) end
function work.sort(n) local t = {} for i = 1, n do t[i] = (i * 7919) % n end table.sort(t, function(x, y) return x > y end) return t[1] .. ' ' .. t[n] end
local sizes = { nbody = 20000, sieve = 200000, bits = 500000, strings = 8000, struct = 20000, wide = 300000, closures = 300000, coroutines = 100000, dispatch = 500000, matrix = 80, math = 200000, sort = 20000 }
local names = {} for name in pairs(work) do names[#names + 1] = name end table.sort(names)
for _, name in ipairs(names) do
  jit.off() local plain = work[name](name == 'struct' and sizes[name] + 1 or sizes[name] / 10) jit.on() jit.flush()
  local traced = work[name](name == 'struct' and sizes[name] + 2 or sizes[name] / 10)
  if name ~= 'struct' then assert(plain == traced, name) end
  print(name, work[name](sizes[name]))
end
print((jit.status()))
print(pcall(function() local t = nil for i = 1, 200 do if i == 150 then t() end end end))
print(pcall(function() local function f(n) return 1 + f(n) end return f(1) end))
ffi.cdef('int abs(int); double pow(double, double); int snprintf(char *, size_t, const char *, ...); void qsort(void *, size_t, size_t, int (*)(const int *, const int *)); char *getenv(const char *); int *__errno_location(void); int close(int);')
print(ffi.C.abs(-5), ffi.C.pow(2, 0.5)) local buffer = ffi.new('char[64]') ffi.C.snprintf(buffer, 64, '%d %s %.3f', ffi.new('int', 42), 'text', 2.5) print(ffi.string(buffer))
local numbers = ffi.new('int[6]', { 5, 3, 9, -1, 7, 0 }) local compare = ffi.cast('int (*)(const int *, const int *)', function(x, y) return x[0] - y[0] end) ffi.C.qsort(numbers, 6, 4, compare) compare:free() print(numbers[0], numbers[1], numbers[5]) print(ffi.C.close(-1), ffi.errno(), ffi.string(ffi.C.getenv('HOME')))
print(bit.tobit(0xffffffff), bit.arshift(-256, 4), bit.lshift(1, 31), bit.bnot(0), tonumber(0x7fffffffffffffffLL), 5LL / 2, -5LL % 3, 1e308 * 10, -(0 / 0) ~= 0)
io.stderr:write('to standard error\n') os.exit(4)
