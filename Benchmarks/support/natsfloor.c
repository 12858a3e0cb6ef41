/* What libnats does by itself: publishes to a JetStream stream, reads it from the beginning by an ordered consumer, and
 * measures the way from one to the other at a steady rate. The floor of `sse bench nats`.
 *
 *   cc -O2 -o natsfloor natsfloor.c -lnats -lpthread
 *   natsfloor URL EVENTS BYTES WINDOW RATE SECONDS
 */
#include <nats/nats.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STREAM "FLOOR"
#define SUBJECT "floor.bench.1"

static atomic_long acknowledged, delivered, failed;
static long *latencies;
static long latency_count;

static long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void check(natsStatus status, const char *what)
{
    if (status == NATS_OK) return;
    fprintf(stderr, "natsfloor: %s: %s\n", what, natsStatus_GetText(status));
    exit(1);
}

static void wait_for(atomic_long *count, long wanted)
{
    while (atomic_load(count) < wanted && atomic_load(&failed) == 0) nats_Sleep(1);
    if (atomic_load(&failed)) check(NATS_ERR, "an event was not acknowledged");
}

static void on_acknowledged(jsCtx *js, natsMsg *message, jsPubAck *ack, jsPubAckErr *error, void *closure)
{
    (void)js, (void)closure, (void)error;
    atomic_fetch_add(ack ? &acknowledged : &failed, 1);
    natsMsg_Destroy(message);
}

static void on_delivered(natsConnection *connection, natsSubscription *subscription, natsMsg *message, void *closure)
{
    (void)connection, (void)subscription;
    if (closure) latencies[latency_count++] = now() - atol(natsMsg_GetData(message));
    natsMsg_Destroy(message);
    atomic_fetch_add(&delivered, 1);
}

static natsSubscription *follow(jsCtx *js, uint64_t start, void *closure)
{
    natsSubscription *subscription = NULL;
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Ordered = true;
    options.Stream = STREAM;
    options.Config.DeliverPolicy = js_DeliverByStartSequence;
    options.Config.OptStartSeq = start;
    options.Config.Heartbeat = 1000000000L;
    check(js_Subscribe(&subscription, js, "floor.>", on_delivered, closure, NULL, &options, NULL), "subscribe");
    check(natsSubscription_SetPendingLimits(subscription, -1, -1), "limits");
    return subscription;
}

static int compare(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void publish(jsCtx *js, const char *data, int size, long number)
{
    /* With an id, as the engine does it. */
    char id[32];
    jsPubOptions options;
    jsPubOptions_Init(&options);
    snprintf(id, sizeof id, "%lx-%lx", now(), number);
    options.MsgId = id;
    options.MaxWait = 5000;
    check(js_PublishAsync(js, SUBJECT, data, size, &options), "publish");
}

int main(int count, char **words)
{
    if (count != 7) return fprintf(stderr, "natsfloor URL EVENTS BYTES WINDOW RATE SECONDS\n"), 64;
    long events = atol(words[2]), window = atol(words[4]), rate = atol(words[5]), seconds = atol(words[6]);
    int size = atoi(words[3]);
    natsOptions *options = NULL;
    natsConnection *connection = NULL;
    jsCtx *js = NULL;
    jsOptions js_options;
    check(natsOptions_Create(&options), "options");
    check(natsOptions_SetURL(options, words[1]), "URL");
    check(natsOptions_SetSendAsap(options, true), "options");
    check(natsOptions_UseGlobalMessageDelivery(options, true), "options");
    check(natsConnection_Connect(&connection, options), "connect");
    jsOptions_Init(&js_options);
    js_options.PublishAsync.AckHandler = on_acknowledged;
    js_options.PublishAsync.MaxPending = window;
    js_options.PublishAsync.StallWait = 5000;
    check(natsConnection_JetStream(&js, connection, &js_options), "JetStream");

    const char *subjects[] = { "floor.>" };
    jsStreamConfig stream;
    jsStreamConfig_Init(&stream);
    stream.Name = STREAM;
    stream.Subjects = subjects;
    stream.SubjectsLen = 1;
    (void)js_DeleteStream(js, STREAM, NULL, NULL);
    check(js_AddStream(NULL, js, &stream, NULL, NULL), "stream");

    char *data = malloc(size + 32);
    memset(data, 'x', size);
    long start = now();
    for (long number = 0; number < events; number++) publish(js, data, size, number);
    wait_for(&acknowledged, events);
    double published = events / ((now() - start) / 1e9);

    start = now();
    natsSubscription *subscription = follow(js, 1, NULL);
    wait_for(&delivered, events);
    double deliveries = events / ((now() - start) / 1e9);
    natsSubscription_Unsubscribe(subscription);
    natsSubscription_Destroy(subscription);

    long steps = rate * seconds;
    latencies = calloc(steps, sizeof *latencies);
    atomic_store(&delivered, 0);
    subscription = follow(js, events + 1, latencies);
    start = now();
    for (long number = 0; number < steps; number++) {
        struct timespec until;
        long time = start + number * (1000000000L / rate);
        until.tv_sec = time / 1000000000L;
        until.tv_nsec = time % 1000000000L;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        int length = snprintf(data, 32, "%ld ", now());
        data[length] = 'x';
        publish(js, data, size, number);
    }
    wait_for(&delivered, steps);
    qsort(latencies, steps, sizeof *latencies, compare);
    printf("{\"publishes_per_s\":%.0f,\"deliveries_per_s\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f}\n", published, deliveries,
           latencies[steps / 2] / 1e3, latencies[steps * 99 / 100] / 1e3);
    natsSubscription_Unsubscribe(subscription);
    natsSubscription_Destroy(subscription);
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
    natsOptions_Destroy(options);
    return 0;
}
