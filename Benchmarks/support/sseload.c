// sseload - load for a hub in Mercure's shape that checks what each subscriber gets: each event, once, in order.
//
//   cc -O2 -o sseload sseload.c
//   sseload topics PORT PID TOPICS PUBLISHED MESSAGES RATE
//       One subscriber for each of TOPICS topics; MESSAGES events round robin to the first PUBLISHED of them, RATE a
//       second. Latency and the CPU of the process PID per delivery.
//   sseload storm PORT PID SUBSCRIBERS MISSED
//       Subscribers of one topic get an event, are cut all at once, and come back all at once with Last-Event-ID
//       after MISSED events; then one event more, live. Time until all are complete, CPU and memory of PID.
//   sseload soak PORT PID SUBSCRIBERS STALLED MESSAGES RATE CHURN TOKEN
//       Subscribers of one topic, and STALLED more, of the topic "ballast" too, that read nothing; MESSAGES events,
//       RATE a second, published with the TOKEN. Each second CHURN subscribers are cut in turn: half of them come back with
//       Last-Event-ID, and in the place of the others come new ones. Latency and CPU of PID.
//
// One thread, epoll, no dependency. Prints one JSON object; "fault" in it says what was wrong, and then the status is 1.
// An event's data is '~', the nanoseconds of CLOCK_MONOTONIC at publishing (16 hex digits), '-' and its number.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PATH "/.well-known/mercure"
#define LIMIT_S 120
#define PUBLISHER UINT32_MAX
#define STALL_S 30   // so long a subscriber that reads nothing stays, if the hub does not close it
#define STALLED (1u << 30)
#define ANY LONG_MIN // as the number of the next event

enum State { CLOSED, CONNECTING, HEAD, STREAM };

typedef struct {
  int fd;
  enum State state;
  uint32_t lastBytes;  // of the head, to find its end
  int headLength;
  char head[16];
  long chunkLeft;      // bytes of the chunk that are still to come
  int inSize;          // 0 in a chunk, 1 in its size line, 2 in the line end after a chunk
  int lineLength;
  char line[160];
  char event[32], id[64], data[64];
  char lastID[64];     // of the last complete event
  long next, step;     // the number its next event must have, and what the one after that has more
  long received;
  uint64_t receivedAt;
} Subscriber;

static int port, pid, epollFD, publisherFD, answered, answerLength;
static char answer[1024];
static Subscriber *subscribers;
static long subscriberCount, streaming, received, published;
static uint64_t *latencies;
static long latencyCount, latencyCapacity, latencyEvery = 1;
static const char *token = "";
typedef struct {
  int fd;
  uint64_t openedAt;
} Stalled;
static Stalled *stalled;
static long stalledCount, stalledRenewed;
static char fault[256];
static long rssPeak;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  uint64_t x = *(uint64_t *)a, y = *(uint64_t *)b;
  return x < y ? -1 : x > y;
}

__attribute__((format(printf, 1, 2))) static void setFault(const char *format, ...) {
  if (fault[0]) return;  // the first is the cause
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(fault, sizeof fault, format, arguments);
  va_end(arguments);
  for (char *c = fault; *c; c++) if (*c == '"' || *c == '\\' || *c < ' ') *c = '\'';  // it is put into JSON
}

// Seconds of CPU from the scheduler's nanoseconds, over all threads: /proc/PID/stat counts ticks of 10 ms.
static double cpuSeconds(void) {
  char path[96];
  double sum = 0;
  snprintf(path, sizeof path, "cat /proc/%d/task/*/schedstat", pid);
  FILE *tasks = popen(path, "r");
  unsigned long long run, wait, slices;
  while (tasks && fscanf(tasks, "%llu %llu %llu", &run, &wait, &slices) == 3) sum += run / 1e9;
  if (tasks) pclose(tasks);
  return sum;
}

static long rssKB(void) {
  char path[64], line[256];
  long kb = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *status = fopen(path, "r");
  if (!status) return 0;
  while (fgets(line, sizeof line, status)) if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
  fclose(status);
  if (kb > rssPeak) rssPeak = kb;
  return kb;
}

// Connections

static int dial(int flags) {
  int fd = socket(AF_INET, SOCK_STREAM | flags, 0), one = 1;
  if (fd < 0) { setFault("socket: %s", strerror(errno)); return -1; }
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    setFault("connect: %s", strerror(errno));
    close(fd);
    return -1;
  }
  return fd;
}

static void open_(long index) {
  Subscriber *s = &subscribers[index];
  s->fd = dial(SOCK_NONBLOCK);
  if (s->fd < 0) return;
  s->state = CONNECTING;
  s->lastBytes = 0;
  s->headLength = s->lineLength = 0;
  s->chunkLeft = 0;
  s->inSize = 1;
  s->event[0] = s->id[0] = s->data[0] = 0;
  struct epoll_event event = {.events = EPOLLOUT, .data.u32 = index};
  epoll_ctl(epollFD, EPOLL_CTL_ADD, s->fd, &event);
}

static void close_(Subscriber *s) {
  if (s->state == CLOSED) return;
  if (s->state == STREAM) streaming--;
  close(s->fd);
  s->state = CLOSED;
}

static void sendRequest(long index, int topic) {
  Subscriber *s = &subscribers[index];
  char request[512], last[96] = "";
  if (s->lastID[0]) snprintf(last, sizeof last, "Last-Event-ID: %s\r\n", s->lastID);
  int length = snprintf(request, sizeof request,
      "GET " PATH "?topic=t%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n%s\r\n", topic, port, last);
  if (send(s->fd, request, length, MSG_NOSIGNAL) != length) { setFault("request: %s", strerror(errno)); return; }
  s->state = HEAD;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
  epoll_ctl(epollFD, EPOLL_CTL_MOD, s->fd, &event);
}

// The stream of one subscriber: the head, then chunks, then lines, then events.

static void onEvent(Subscriber *s) {
  unsigned long long time;
  long number, index = s - subscribers;
  if (s->event[0]) {
    setFault("subscriber %ld: an event of type '%s': %s", index, s->event, s->data);
  } else if (sscanf(s->data, "~%16llx-%ld", &time, &number) != 2) {
    setFault("subscriber %ld: no event of ours: '%s'", index, s->data);
  } else if (number != s->next && s->next != ANY) {
    setFault("subscriber %ld: got event %ld instead of %ld", index, number, s->next);
  } else if (!s->id[0]) {
    setFault("subscriber %ld: event %ld has no id", index, number);
  } else {
    s->next = number + s->step;
    s->received++;
    s->receivedAt = now();
    received++;
    if (latencyCount < latencyCapacity && received % latencyEvery == 0) latencies[latencyCount++] = s->receivedAt - time;
    memcpy(s->lastID, s->id, sizeof s->lastID);
  }
}

static void setField(char *field, size_t size, const char *value) { snprintf(field, size, "%s", value); }

static void onLine(Subscriber *s) {
  s->line[s->lineLength] = 0;
  s->lineLength = 0;
  if (!s->line[0]) {
    if (s->data[0]) onEvent(s);
    s->event[0] = s->data[0] = 0;
  } else if (!strncmp(s->line, "id: ", 4)) {
    setField(s->id, sizeof s->id, s->line + 4);
  } else if (!strncmp(s->line, "data: ", 6)) {
    setField(s->data, sizeof s->data, s->line + 6);
  } else if (!strncmp(s->line, "event: ", 7)) {
    setField(s->event, sizeof s->event, s->line + 7);
  } else if (s->line[0] != ':' && strncmp(s->line, "retry: ", 7)) {
    setFault("subscriber %ld: a line that is no field: '%.60s'", (long)(s - subscribers), s->line);
  }
}

static void append(Subscriber *s, char c) {
  if (s->lineLength == sizeof s->line - 1) { setFault("a line that is too long: '%.60s'", s->line); return; }
  s->line[s->lineLength++] = c;
}

static void onBody(Subscriber *s, char c) {
  if (s->inSize == 1) {  // the size line, whose hex digits are followed by CR LF
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit >= 0) s->chunkLeft = s->chunkLeft * 16 + digit;
    else if (c == '\n' && !s->chunkLeft) setFault("subscriber %ld: the hub ended the stream", (long)(s - subscribers));
    else if (c == '\n') s->inSize = 0;
    else if (c != '\r') setFault("subscriber %ld: a broken chunk size", (long)(s - subscribers));
  } else if (s->inSize == 2) {
    if (c == '\n') s->inSize = 1;
    else if (c != '\r') setFault("subscriber %ld: a chunk longer than its size", (long)(s - subscribers));
  } else {
    if (c == '\n') onLine(s);
    else append(s, c);
    if (!--s->chunkLeft) s->inSize = 2;
  }
}

static void onSubscriber(long index) {
  static char buffer[1 << 16];
  Subscriber *s = &subscribers[index];
  for (;;) {
    ssize_t count = recv(s->fd, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      setFault("subscriber %ld: closed: %s", index, count ? strerror(errno) : "end of stream");
      close_(s);
      return;
    }
    for (ssize_t i = 0; i < count && !fault[0]; i++) {
      if (s->state == STREAM) { onBody(s, buffer[i]); continue; }
      if (s->headLength < 12) s->head[s->headLength++] = buffer[i];
      s->lastBytes = s->lastBytes << 8 | (uint8_t)buffer[i];
      if (s->lastBytes != 0x0d0a0d0a) continue;
      if (strncmp(s->head, "HTTP/1.1 200", 12)) { setFault("subscriber %ld: refused: '%.12s'", index, s->head); return; }
      s->state = STREAM;
      streaming++;
    }
    if (count < (ssize_t)sizeof buffer) return;
  }
}

// The publisher: one connection, one request in flight.

static void publish(int topic) {
  char request[1024], body[128];
  int length = snprintf(body, sizeof body, "topic=t%d&data=~%016llx-%ld", topic, (unsigned long long)now(), published++);
  int total = snprintf(request, sizeof request,
      "POST " PATH " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "%s%s%sContent-Length: %d\r\n\r\n%s", port, *token ? "Authorization: Bearer " : "", token, *token ? "\r\n" : "",
      length, body);
  answered = answerLength = 0;
  if (send(publisherFD, request, total, MSG_NOSIGNAL) != total) setFault("publish: %s", strerror(errno));
}

static void onPublisher(void) {
  ssize_t count = recv(publisherFD, answer + answerLength, sizeof answer - 1 - answerLength, 0);
  if (count <= 0) { setFault("the hub closed the publisher"); return; }
  answer[answerLength += count] = 0;
  char *end = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "\r\ncontent-length:");
  if (!end || !length || answer + answerLength - (end + 4) < atol(length + 17)) return;
  if (strncmp(answer, "HTTP/1.1 200", 12)) setFault("publishing was refused: '%.12s'", answer);
  answered = 1;
}

// Subscribers that read nothing. They are not for `onSubscriber`, and what they would get is not looked at.

static void openStalled(uint32_t index) {
  Stalled *s = &stalled[index];
  int least = 1;
  s->fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The kernel makes it the least it has, so that the hub's side is full soon.
  setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  static const char request[] = "GET " PATH "?topic=t0&topic=ballast HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  if (s->fd < 0 || connect(s->fd, (void *)&address, sizeof address) < 0 ||
      send(s->fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1) {
    setFault("a subscriber that reads nothing: %s", strerror(errno));
  }
  s->openedAt = now();
  struct epoll_event event = {.events = 0, .data.u32 = index | STALLED};  // a close is told without being asked for
  epoll_ctl(epollFD, EPOLL_CTL_ADD, s->fd, &event);
}

static void onStalled(uint32_t index) {
  close(stalled[index].fd);
  stalledRenewed++;
  openStalled(index);
}

// Handles what has happened, waiting at most so long for something to.
static void turn(int milliseconds, int topics) {
  struct epoll_event events[512];
  int count = epoll_wait(epollFD, events, 512, milliseconds);
  for (int i = 0; i < count && !fault[0]; i++) {
    uint32_t index = events[i].data.u32;
    if (index == PUBLISHER) onPublisher();
    else if (index & STALLED) onStalled(index & ~STALLED);
    else if (subscribers[index].state != CONNECTING) onSubscriber(index);
    else if (events[i].events & (EPOLLERR | EPOLLHUP)) setFault("subscriber %u: could not connect", index);
    else sendRequest(index, index % topics);
  }
}

static void turnUntil(const long *value, long wanted, int topics, const char *what) {
  uint64_t limit = now() + LIMIT_S * 1000000000ull, sampled = 0;
  while (*value < wanted && !fault[0]) {
    turn(20, topics);
    if (now() - sampled > 20000000) { rssKB(); sampled = now(); }
    if (now() > limit) setFault("%s: %ld of %ld after %d s", what, *value, wanted, LIMIT_S);
  }
}

// Connects all, in order, never with more on the way than the hub's backlog holds.
static void openAll(int topics) {
  for (long i = 0; i < subscriberCount && !fault[0]; i++) {
    open_(i);
    if (i % 512 == 511) turnUntil(&streaming, i + 1, topics, "connecting");
  }
  turnUntil(&streaming, subscriberCount, topics, "connecting");
}

static void publishOne(int topic, int topics) {
  publish(topic);
  uint64_t limit = now() + 10000000000ull;
  while (!answered && !fault[0]) {
    turn(20, topics);
    if (now() > limit) setFault("a publish was not answered within 10 s");
  }
}

static double ms(uint64_t from, uint64_t to) { return (to - from) / 1e6; }

static void printTimes(const char *name) {
  if (!latencyCount) return;
  qsort(latencies, latencyCount, sizeof *latencies, ascending);
  printf(",\"%s\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name, latencies[latencyCount / 2] / 1e6,
         latencies[latencyCount * 9 / 10] / 1e6, latencies[latencyCount * 99 / 100] / 1e6, latencies[latencyCount - 1] / 1e6);
}

static void topicsMode(long topics, long publishedTopics, long messages, double rate) {
  for (long i = 0; i < topics; i++) {
    subscribers[i].next = i < publishedTopics ? i : -1;  // whose topic is not published must get nothing
    subscribers[i].step = publishedTopics;
  }
  openAll(topics);
  long rss = rssKB();
  usleep(200000);
  double cpu = cpuSeconds();
  uint64_t start = now(), limit = start + (LIMIT_S + (uint64_t)(messages / rate)) * 1000000000ull;
  answered = 1;
  while ((published < messages || received < messages || !answered) && !fault[0]) {
    if (answered && published < messages && (now() - start) / 1e9 * rate >= published) {
      publish(published % publishedTopics);
    }
    turn(1, topics);
    if (now() > limit) setFault("%ld of %ld events were delivered in time", received, messages);
  }
  double used = cpuSeconds() - cpu;
  printf("{\"topics\":%ld,\"published_topics\":%ld,\"messages\":%ld,\"delivered\":%ld,\"rss_kb\":%ld", topics,
         publishedTopics, messages, received, rss);
  printf(",\"server_cpu_s\":%.6f,\"server_cpu_us_per_delivery\":%.3f", used, received ? used * 1e6 / received : 0);
  printTimes("latency_ms");
}

static void stormMode(long missed) {
  for (long i = 0; i < subscriberCount; i++) subscribers[i].step = 1;
  long before = rssKB();
  openAll(1);
  publishOne(0, 1);
  turnUntil(&received, subscriberCount, 1, "the first event");
  usleep(500000);
  long connected = rssKB();

  double cpu = cpuSeconds();
  uint64_t cut = now();
  for (long i = 0; i < subscriberCount; i++) close_(&subscribers[i]);
  for (long i = 0; i < missed && !fault[0]; i++) publishOne(0, 1);
  uint64_t back = now();
  received = 0;
  for (long i = 0; i < subscriberCount && !fault[0]; i++) open_(i);
  long complete = subscriberCount * missed;
  turnUntil(&received, complete, 1, "the missed events");
  uint64_t done = now();
  double used = cpuSeconds() - cpu;
  latencyCount = 0;
  for (long i = 0; i < subscriberCount && !fault[0]; i++) latencies[latencyCount++] = subscribers[i].receivedAt - back;

  long peak = rssPeak, again = received;
  publishOne(0, 1);
  turnUntil(&received, complete + subscriberCount, 1, "the live event after them");
  // Whatever came too much would come now.
  for (int i = 0; i < 25 && !fault[0]; i++) turn(20, 1);
  if (received != complete + subscriberCount) setFault("%ld events too many", received - complete - subscriberCount);
  for (long i = 0; i < subscriberCount; i++) {
    if (subscribers[i].received != missed + 2) setFault("subscriber %ld has %ld events", i, subscribers[i].received);
  }
  printf("{\"subscribers\":%ld,\"missed\":%ld,\"delivered\":%ld,\"cut_and_publish_ms\":%.1f,\"back_and_complete_ms\":%.1f",
         subscriberCount, missed, again, ms(cut, back), ms(back, done));
  printf(",\"server_cpu_s\":%.3f,\"rss_kb\":{\"before\":%ld,\"connected\":%ld,\"peak\":%ld,\"after\":%ld}", used, before,
         connected, peak, rssKB());
  printTimes("complete_ms");
}

static void soakMode(long messages, double rate, long churnRate) {
  long churned = 0;
  latencyEvery = subscriberCount * messages / latencyCapacity + 1;
  for (long i = 0; i < subscriberCount; i++) {
    subscribers[i].next = ANY;
    subscribers[i].step = 1;
  }
  openAll(1);
  for (long i = 0; i < stalledCount && !fault[0]; i++) openStalled(i);
  long connected = rssKB();

  double cpu = cpuSeconds();
  uint64_t start = now(), renewedAt = start;
  answered = 1;
  double seconds = 0;
  // A hub, or a machine, that does not get so far ends with what there is by then, which is told.
  while (((published < messages && seconds * rate < messages) || !answered) && !fault[0]) {
    seconds = (now() - start) / 1e9;
    if (answered && published < messages && seconds * rate >= published) publish(0);
    turn(1, 1);
    // Not more than one a turn, so that what is late is not made up for in a storm.
    if (churned < seconds * churnRate && subscribers[churned % subscriberCount].state == STREAM) {
      long index = churned % subscriberCount;
      Subscriber *s = &subscribers[index];
      close_(s);
      if (churned / subscriberCount % 2 == index % 2) {
        s->lastID[0] = 0;
        s->next = ANY;
      }
      open_(index);
      churned++;
    }
    if (now() - renewedAt > 1000000000) {
      renewedAt = now();
      for (long i = 0; i < stalledCount; i++) {
        if (renewedAt - stalled[i].openedAt < STALL_S * 1000000000ull) continue;
        close(stalled[i].fd);
        openStalled(i);
        stalledRenewed++;
      }
    }
    if (seconds > LIMIT_S + messages / rate) setFault("the hub does not answer a publisher");
  }
  double took = (now() - start) / 1e9;
  // Who has come last may have got nothing yet: one event for all to end with.
  turnUntil(&streaming, subscriberCount, 1, "the last to come back");
  publishOne(0, 1);
  uint64_t limit = now() + LIMIT_S * 1000000000ull;
  for (long i = 0; i < subscriberCount && !fault[0]; i++) {
    while (subscribers[i].next != published && !fault[0]) {
      turn(20, 1);
      if (now() > limit) setFault("subscriber %ld: waits for event %ld of %ld", i, subscribers[i].next, published);
    }
  }
  // Whatever came too much would come now.
  for (int i = 0; i < 25 && !fault[0]; i++) turn(20, 1);
  double used = cpuSeconds() - cpu;
  printf("{\"subscribers\":%ld,\"published\":%ld,\"seconds\":%.1f,\"delivered\":%ld,\"churned\":%ld", subscriberCount,
         published, took, received, churned);
  printf(",\"stalled_renewed\":%ld,\"server_cpu_s\":%.3f,\"rss_connected_kb\":%ld",
         stalledRenewed, used, connected);
  printTimes("latency_ms");
}

int main(int count, char **arguments) {
  int topics = count == 8 && !strcmp(arguments[1], "topics"), storm = count == 6 && !strcmp(arguments[1], "storm");
  int soak = count == 10 && !strcmp(arguments[1], "soak");
  if (!topics && !storm && !soak) {
    fprintf(stderr, "sseload topics PORT PID TOPICS PUBLISHED MESSAGES RATE | sseload storm PORT PID SUBSCRIBERS MISSED\n"
                    "sseload soak PORT PID SUBSCRIBERS STALLED MESSAGES RATE CHURN TOKEN\n");
    return 2;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  port = atoi(arguments[2]);
  pid = atoi(arguments[3]);
  subscriberCount = atol(arguments[4]);
  subscribers = calloc(subscriberCount, sizeof *subscribers);
  latencyCapacity = 2000000;
  latencies = malloc(latencyCapacity * sizeof *latencies);
  epollFD = epoll_create1(0);
  publisherFD = dial(0);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = PUBLISHER};
  epoll_ctl(epollFD, EPOLL_CTL_ADD, publisherFD, &event);
  if (topics) topicsMode(subscriberCount, atol(arguments[5]), atol(arguments[6]), atof(arguments[7]));
  else if (soak) {
    stalledCount = atol(arguments[5]);
    stalled = calloc(stalledCount, sizeof *stalled);
    token = arguments[9];
    soakMode(atol(arguments[6]), atof(arguments[7]), atol(arguments[8]));
  } else stormMode(atol(arguments[5]));
  printf(",\"fault\":\"%s\"}\n", fault);
  return fault[0] != 0;
}
