# root: compilers
# run: /bin/bash
# g++: C++ with the standard library, exceptions, streams, threads; compiled with and without optimisation, and run.
export LC_ALL=C TZ=UTC HOME=/tmp SOURCE_DATE_EPOCH=0
work=/tmp/corpus-g++
rm -rf $work && mkdir $work && cd $work || exit 1
status() { echo "status $?"; }
cat > library.cc <<'END'
#include <algorithm>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>
struct Shape {
  virtual ~Shape() { std::cout << "~shape "; }
  virtual std::string name() const = 0;
  virtual double area() const = 0;
};
struct Circle : Shape {
  double r;
  explicit Circle(double r) : r(r) {}
  std::string name() const override { return "circle"; }
  double area() const override { return 3.14159265358979 * r * r; }
};
struct Box : virtual Shape {
  double w, h;
  Box(double w, double h) : w(w), h(h) {}
  std::string name() const override { return "box"; }
  double area() const override { return w * h; }
};
template <typename T> concept Number = std::is_arithmetic_v<T>;
template <Number T, Number... Rest> auto sum(T first, Rest... rest) {
  if constexpr (sizeof...(rest) == 0) return first;
  else return first + sum(rest...);
}
template <int N> struct Fibonacci { static constexpr long long value = Fibonacci<N - 1>::value + Fibonacci<N - 2>::value; };
template <> struct Fibonacci<1> { static constexpr long long value = 1; };
template <> struct Fibonacci<0> { static constexpr long long value = 0; };
int main() {
  std::map<std::string, int> count;
  std::istringstream text("the quick brown fox jumps over the lazy dog the end");
  for (std::string word; text >> word;) ++count[word];
  for (const auto &[word, n] : count) std::cout << word << '=' << n << ' ';
  std::cout << '\n' << std::setw(8) << std::setfill('*') << 42 << ' ' << std::hex << std::showbase << 255 << std::dec << ' ' << std::fixed << std::setprecision(3) << 2.0 / 3 << ' ' << std::scientific << 12345.678 << std::defaultfloat << ' ' << std::boolalpha << true << '\n';
  std::vector<int> v(1000);
  std::iota(v.begin(), v.end(), 1);
  unsigned seed = 7;
  for (size_t i = v.size() - 1; i > 0; i--) std::swap(v[i], v[(seed = seed * 1664525u + 1013904223u) % (i + 1)]);
  std::cout << v[0] << ' ' << v[999] << ' ' << std::accumulate(v.begin(), v.end(), 0LL) << ' ';
  std::sort(v.begin(), v.end(), std::greater<>());
  std::cout << v.front() << ' ' << *std::lower_bound(v.begin(), v.end(), 500, std::greater<>()) << ' ' << std::count_if(v.begin(), v.end(), [](int x) { return x % 7 == 0; }) << '\n';
  std::unordered_map<long long, std::string> names;
  for (long long i = 0; i < 500; i++) names[i * 1000003] = std::to_string(i * i);
  std::set<std::tuple<int, char, double>> tuples{{2, 'b', 1.5}, {1, 'z', 0.5}, {1, 'a', 9.5}};
  std::cout << names[499LL * 1000003] << ' ' << names.size() << ' ' << std::get<1>(*tuples.begin()) << ' ' << sum(1, 2.5, 3LL) << ' ' << Fibonacci<80>::value << '\n';
  std::vector<std::unique_ptr<Shape>> shapes;
  shapes.push_back(std::make_unique<Circle>(2)), shapes.push_back(std::make_unique<Box>(3, 4));
  for (auto &shape : shapes) std::cout << shape->name() << ' ' << shape->area() << ' ' << (dynamic_cast<Box *>(shape.get()) != nullptr) << ' ';
  shapes.clear();
  std::variant<int, std::string> either = "text";
  std::cout << either.index() << ' ' << std::visit([](auto &&x) -> std::string { if constexpr (std::is_same_v<std::decay_t<decltype(x)>, int>) return "int"; else return x; }, either) << std::endl;
}
END
cat > exceptions.cc <<'END'
#include <cstdio>
#include <iostream>
#include <future>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <typeinfo>
#include <vector>
struct Trail {
  int n;
  explicit Trail(int n) : n(n) {}
  ~Trail() { std::printf("~%d ", n); }
};
struct Custom : std::runtime_error {
  int code;
  Custom(int code) : std::runtime_error("custom"), code(code) {}
};
static int deep(int n) {
  Trail trail(n);
  if (n == 0) throw Custom(42);
  return deep(n - 1) + 1;
}
static void nested() {
  try {
    deep(2);
  } catch (const Custom &) {
    std::throw_with_nested(std::logic_error("outer"));
  }
}
int main(int argc, char **) {
  try { deep(5); } catch (const std::exception &e) { std::cout << e.what() << ' ' << typeid(e).name() << ' ' << dynamic_cast<const Custom &>(e).code << std::endl; }
  try { nested(); } catch (const std::exception &e) {
    std::cout << e.what();
    try { std::rethrow_if_nested(e); } catch (const std::exception &inner) { std::cout << " of " << inner.what() << std::endl; }
  }
  try { std::vector<int>(3).at(9); } catch (const std::out_of_range &e) { std::cout << e.what() << std::endl; }
  try { throw 3.5; } catch (int) { std::cout << "int"; } catch (...) { std::cout << "other" << std::endl; }
  try { volatile size_t much = size_t(-1) - 100000; ::operator delete(::operator new(much)); } catch (const std::bad_alloc &e) { std::cout << e.what() << std::endl; }
  int caught = 0;
  for (int i = 0; i < 2000; i++) try { if (i % 2) throw i; } catch (int n) { caught += n; }
  std::cout << caught << std::endl;
  std::mutex lock;
  long total = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back([&, i] { for (int j = 0; j < 500; j++) { std::lock_guard hold(lock); total += i * j; } });
  for (auto &thread : threads) thread.join();
  auto answer = std::async(std::launch::async, []() -> int { throw std::domain_error("in a thread"); });
  try { answer.get(); } catch (const std::domain_error &e) { std::cout << e.what() << ' ' << total << std::endl; }
  if (argc > 1) throw Custom(1);
}
END
echo == the library
g++ -std=c++20 -O2 -g -Wall -c library.cc && md5sum library.o && g++ -o library library.o && ./library; status
echo == exceptions
g++ -std=c++17 -O0 -o slow exceptions.cc -pthread && ./slow; status
g++ -std=c++17 -O2 -fno-inline -S -o - exceptions.cc | md5sum; g++ -std=c++17 -O2 -o fast exceptions.cc -pthread && ./fast | cmp - <(./slow) && ./fast x 2>&1 > /dev/null | cat; echo "${PIPESTATUS[0]}"
echo == names and messages
nm -C library.o | grep -c 'std::'; c++filt _ZNSt6vectorIiSaIiEE9push_backERKi; cat > wrong.cc <<'END'
#include <string>
struct A { virtual void f() = 0; };
int main() { A a; std::string s = 5; return s.nothing(); }
END
g++ -c wrong.cc; status
cd / && rm -rf $work
