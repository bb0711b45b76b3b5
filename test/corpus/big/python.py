# CPython with json, re, threads, processes, sockets and its own extension modules.
import ctypes, hashlib, json, multiprocessing, os, re, signal, socket, sqlite3, subprocess, sys, tempfile, threading
import zlib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def square(n):
    return n * n


def serve(listening):
    connection, _ = listening.accept()
    with connection:
        while data := connection.recv(1000):
            connection.sendall(data.upper())


def main():
    print(json.dumps(json.loads('{"a": [1, 2.5, null, "\\u00e9"], "b": {}}'), sort_keys=True))
    print(re.findall(r"(?P<k>\w+)=(\d+)", "a=1, bb=22; c=x"), re.sub(r"(\d)(?=(\d{3})+$)", r"\1,", "1234567"))
    print(2**200 % 1000007, 0.1 + 0.2, float.hex(1 / 3), divmod(-7, 3), sum(i * i for i in range(100000)))
    done = []
    lock = threading.Lock()

    def work(n):
        for _ in range(1000):
            with lock:
                done.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(len(done), sorted(set(done)))
    with ThreadPoolExecutor(3) as pool:
        print(list(pool.map(square, range(6))))
    print(subprocess.run(["sh", "-c", "cat; echo err >&2; exit 5"], input=b"in", capture_output=True))
    with subprocess.Popen(["sleep", "100"]) as sleeper:
        sleeper.send_signal(signal.SIGTERM)
        print(sleeper.wait())
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=lambda: queue.put(os.getpid() != 0))
    process.start()
    print(queue.get(), process.join(), process.exitcode)
    with context.Pool(2) as pool:
        print(pool.map(square, [1, 2, 3]))
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(4))))
    shared = context.Value("i", 0)

    def add():
        for _ in range(100):
            with shared.get_lock():
                shared.value += 1

    adders = [context.Process(target=add) for _ in range(3)]
    for p in adders:
        p.start()
    for p in adders:
        p.join()
    print(shared.value)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening,))
        server.start()
        with socket.create_connection(listening.getsockname()) as client:
            client.sendall(b"loopback")
            client.shutdown(socket.SHUT_WR)
            print(client.makefile().read())
        server.join()
    base = sqlite3.connect(":memory:")
    base.execute("create table t (a integer, b text)")
    base.executemany("insert into t values (?, ?)", [(i, str(i) * 2) for i in range(100)])
    print(base.execute("select count(*), sum(a), max(b) from t").fetchone())
    print(hashlib.sha256(b"abc").hexdigest(), zlib.crc32(zlib.decompress(zlib.compress(b"x" * 10000))))
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 6)(5, 3, 9, 1, 7, 2)
    ctypes.CDLL(None).qsort(numbers, 6, 4, callback(lambda a, b: a[0] - b[0]))
    print(list(numbers), ctypes.sizeof(ctypes.c_void_p))
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"text")
        file.flush()
        print(os.stat(file.name).st_size)
    print(sys.version_info[:2], sys.maxsize)


if __name__ == "__main__":
    main()
