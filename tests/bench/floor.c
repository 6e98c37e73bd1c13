/* The least a server over TCP can do: frames RESP commands and answers each with a fixed reply.
 *
 *   floor PORT        prints "ready" when it listens on 127.0.0.1
 *
 * No keyspace, no dispatch: SET gets +OK, everything else a bulk of 64 bytes.  One epoll loop, level-triggered; one
 * recv and one send for a wake-up of a connection.  What a real server costs above this is its own; below is the
 * kernel's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kMostFiles = 1024, kInput = 64 * 1024, kOutput = 512 * 1024, kEvents = 256 };

struct connection {
  size_t used; /* bytes of `input` that are not a whole command yet */
  char input[kInput];
};

static struct connection* connections[kMostFiles];
static char output[kOutput];

static const char kOk[] = "+OK\r\n";
static const char kBulk[] = "$64\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";

static void stop(const char* what) {
  perror(what);
  exit(1);
}

/* A number and its line end at `at`; the place behind it, 0 = not whole. */
static size_t number(const char* p, size_t at, size_t end, size_t* out) {
  size_t n = 0;
  for (; at < end && p[at] != '\r'; ++at) n = n * 10 + (size_t)(p[at] - '0');
  if (at + 2 > end) return 0;
  *out = n;
  return at + 2;
}

/* One command from p[at, end): the place behind it, 0 = not whole. `set` = its name has three letters and is SET. */
static size_t frame(const char* p, size_t at, size_t end, int* set) {
  if (at >= end) return 0;
  if (p[at] != '*') { /* an inline command: redis-benchmark asks CONFIG GET as an array, but telnet does not */
    const char* line_end = memchr(p + at, '\n', end - at);
    *set = 0;
    return line_end == NULL ? 0 : (size_t)(line_end - p) + 1;
  }
  size_t words, len;
  at = number(p, at + 1, end, &words);
  if (at == 0) return 0;
  for (size_t i = 0; i < words; ++i) {
    if (at >= end || p[at] != '$') return 0;
    at = number(p, at + 1, end, &len);
    if (at == 0 || at + len + 2 > end) return 0;
    if (i == 0) *set = len == 3 && (p[at] | 32) == 's' && (p[at + 1] | 32) == 'e' && (p[at + 2] | 32) == 't';
    at += len + 2;
  }
  return at;
}

static void hang_up(int fd) {
  free(connections[fd]);
  connections[fd] = NULL;
  close(fd);
}

static void send_all(int fd, const char* p, size_t n) {
  while (n > 0) {
    const ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    if (sent > 0) p += sent, n -= (size_t)sent;
  }
}

static void serve(int fd) {
  struct connection* c = connections[fd];
  const ssize_t got = recv(fd, c->input + c->used, kInput - c->used, 0);
  if (got <= 0) {
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) hang_up(fd);
    return;
  }
  const size_t end = c->used + (size_t)got;
  size_t at = 0, out = 0, next;
  int set = 0;
  while ((next = frame(c->input, at, end, &set)) != 0) {
    const char* reply = set ? kOk : kBulk;
    const size_t len = set ? sizeof kOk - 1 : sizeof kBulk - 1;
    if (out + len > kOutput) send_all(fd, output, out), out = 0;
    memcpy(output + out, reply, len);
    out += len;
    at = next;
  }
  c->used = end - at;
  if (c->used == kInput) return hang_up(fd); /* a command that is too long for this program */
  memmove(c->input, c->input + at, c->used);
  send_all(fd, output, out);
}

static void greet(int listener, int epoll) {
  const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
  if (fd < 0) return;
  if (fd >= kMostFiles || (connections[fd] = calloc(1, sizeof(struct connection))) == NULL) {
    close(fd);
    return;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0) hang_up(fd);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), epoll = epoll_create1(EPOLL_CLOEXEC), on = 1;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) != 0 || listen(listener, 511) != 0) stop("listen");
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[kEvents];
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e) != 0) stop("epoll_ctl");
  puts("ready");
  fflush(stdout);
  for (;;) {
    const int n = epoll_wait(epoll, events, kEvents, -1);
    if (n < 0 && errno != EINTR) stop("epoll_wait");
    for (int i = 0; i < n; ++i) events[i].data.fd == listener ? greet(listener, epoll) : serve(events[i].data.fd);
  }
}
