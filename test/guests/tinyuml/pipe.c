// Pipes: pages in a ring, read by one end and filled by the other (pipe(7)).
#include "tinyuml.h"

enum { CAPACITY = 16 * PAGE, PIPE_BUF = 4096 };

struct pipe {
  u32 first_page, start, used;
  int readers, writers, reader_opens, writer_opens;
  struct pipe *next;                              // of those with a name
  u64 dev, ino;
};
static struct pipe *fifos;

static long pipe_read(struct file *f, char *to, u32 n, int may_wait) {
  struct pipe *pipe = f->data;
  while (pipe->used == 0) {
    if (pipe->writers == 0) return 0;
    if (!may_wait) return -EAGAIN;
    int woken = sleep_on(pipe, 0);
    if (woken) return woken;
  }
  u32 done = 0;
  while (done < n && pipe->used > 0) {
    u32 part = MIN(MIN(n - done, pipe->used), CAPACITY - pipe->start);
    memcpy(to + done, page_address(pipe->first_page) + pipe->start, part);
    pipe->start = (pipe->start + part) % CAPACITY;
    pipe->used -= part;
    done += part;
  }
  wake(pipe);
  return done;
}

static long pipe_write(struct file *f, const char *from, u32 n, int may_wait) {
  struct pipe *pipe = f->data;
  u32 done = 0;
  while (done < n) {
    if (pipe->readers == 0) {
      send_signal(current, SIGPIPE);
      return done ? (long)done : -EPIPE;
    }
    u32 room = CAPACITY - pipe->used;
    if (room == 0 || (n <= PIPE_BUF && room < n)) {
      if (!may_wait) return done ? (long)done : -EAGAIN;
      int woken = sleep_on(pipe, 0);
      if (woken) return done ? (long)done : woken;
      continue;
    }
    u32 end = (pipe->start + pipe->used) % CAPACITY, part = MIN(MIN(n - done, room), CAPACITY - end);
    memcpy(page_address(pipe->first_page) + end, from + done, part);
    pipe->used += part;
    done += part;
    wake(pipe);
  }
  return done;
}

static int pipe_poll(struct file *f) {
  struct pipe *pipe = f->data;
  if (f->flags & O_WRONLY) return (pipe->used <= CAPACITY - PIPE_BUF ? POLLOUT : 0) | (pipe->readers ? 0 : POLLERR);
  return (pipe->used ? POLLIN : 0) | (pipe->writers ? 0 : POLLHUP);
}

static const void *pipe_channel(struct file *f) { return f->data; }

static void pipe_close(struct file *f) {
  struct pipe *pipe = f->data;
  if (f->flags & 3) pipe->writers--;
  if (!(f->flags & O_WRONLY)) pipe->readers--;
  wake(pipe);
  if (pipe->readers + pipe->writers > 0) return;
  for (struct pipe **at = &fifos; *at; at = &(*at)->next)
    if (*at == pipe && ((*at = pipe->next), 1)) break;
  for (u32 i = 0; i < CAPACITY / PAGE; i++) page_put(pipe->first_page + i);
  kfree(pipe);
}

static const struct file_ops pipe_ops = {pipe_read, pipe_write, NULL, pipe_poll, pipe_channel, pipe_close};

static struct pipe *new_pipe(void) {
  u32 pages = pages_alloc(CAPACITY / PAGE);
  if (pages == 0) return NULL;
  struct pipe *pipe = kmalloc(sizeof *pipe);
  pipe->first_page = pages;
  return pipe;
}

// A pipe with a name. The open of one end waits for one of the other.
struct file *fifo_open(const struct stat64 *st, const char *guest, int flags, int *error) {
  struct pipe *pipe = fifos;
  while (pipe && (pipe->ino != st->st_ino || pipe->dev != st->st_dev)) pipe = pipe->next;
  int access = flags & O_ACCMODE, wait = access != O_RDWR && !(flags & O_NONBLOCK);
  if (access == O_WRONLY && !wait && (!pipe || !pipe->readers)) return *error = -ENXIO, NULL;
  if (!pipe) {
    if (!(pipe = new_pipe())) return *error = -ENOMEM, NULL;
    pipe->dev = st->st_dev, pipe->ino = st->st_ino, pipe->next = fifos;
    fifos = pipe;
  }
  struct file *f = file_new(&pipe_ops, flags, guest);
  f->data = pipe;
  if (access != O_WRONLY) pipe->readers++, pipe->reader_opens++;
  if (access) pipe->writers++, pipe->writer_opens++;
  wake(pipe);
  int *others = access ? &pipe->readers : &pipe->writers, *opens = access ? &pipe->reader_opens : &pipe->writer_opens;
  for (int before = *opens; wait && !*others && *opens == before;) {
    if (!(*error = sleep_on(pipe, 0))) continue;
    file_put(f);
    return NULL;
  }
  return f;
}

int make_pipe(struct file **ends, int flags) {
  struct pipe *pipe = new_pipe();
  if (!pipe) return -ENOMEM;
  pipe->readers = pipe->writers = 1;
  for (int i = 0; i < 2; i++) {
    ends[i] = file_new(&pipe_ops, (flags & O_NONBLOCK) | (i ? O_WRONLY : 0), "pipe");
    ends[i]->data = pipe;
  }
  return 0;
}
