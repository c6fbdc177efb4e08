// librabbitmq_bench: what the plain blocking C client costs per message.
//
// Build:  cc -std=gnu11 -O2 -Wall -Wextra librabbitmq_bench.c -lrabbitmq -o librabbitmq_bench
// Run:    librabbitmq_bench publish|confirm|consume --host H --port P --queue Q
//                           --count N --size BYTES [--window W] [--prefetch P] [--timeout S]
//
//   publish  N persistent messages to the default exchange, then channel.close /
//            close-ok: channels are handled in order, so close-ok means all arrived.
//   confirm  the same under confirm.select, with at most W unconfirmed (0: no limit);
//            the clock stops at the last confirm.
//   consume  basic.qos, basic.consume, one basic.ack per message, N messages;
//            the clock stops once the last ack is written to the socket.
//
// One JSON line on stdout.  Time and CPU cover the message loop only: connecting, login,
// channel.open, queue.declare, confirm.select and basic.qos come before the clock starts.
// Any failure is a line on stderr and exit status 1.

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CHANNEL = 1, FRAME_MAX = 131072 };

static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("librabbitmq_bench: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static void on_alarm(int signal_number) {
  (void)signal_number;
  static const char text[] = "librabbitmq_bench: timed out\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(2);
  _exit(1);
}

// ---------------------------------------------------------------- errors

static void check_status(int status, const char *doing) {
  if (status != AMQP_STATUS_OK) die("%s: %s", doing, amqp_error_string2(status));
}

// Dies naming the broker's reason when `method` is a channel or connection close.
static void die_if_close(amqp_method_t method, const char *doing) {
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    amqp_channel_close_t *m = method.decoded;
    die("%s: channel closed: %d %.*s", doing, m->reply_code, (int)m->reply_text.len,
        (char *)m->reply_text.bytes);
  }
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    amqp_connection_close_t *m = method.decoded;
    die("%s: connection closed: %d %.*s", doing, m->reply_code, (int)m->reply_text.len,
        (char *)m->reply_text.bytes);
  }
}

static void check_reply(amqp_rpc_reply_t reply, const char *doing) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return;
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      die("%s: %s", doing, amqp_error_string2(reply.library_error));
      return;
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      die_if_close(reply.reply, doing);
      die("%s: unexpected method 0x%08x", doing, (unsigned)reply.reply.id);
      return;
    default:
      die("%s: no reply", doing);
  }
}

// ---------------------------------------------------------------- clock

typedef struct {
  double wall, user, system;  // seconds
} reading_t;

static double seconds_of(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static reading_t read_clock(void) {
  struct timespec now;
  struct rusage usage;
  clock_gettime(CLOCK_MONOTONIC, &now);
  getrusage(RUSAGE_SELF, &usage);
  return (reading_t){(double)now.tv_sec + (double)now.tv_nsec / 1e9, seconds_of(usage.ru_utime),
                     seconds_of(usage.ru_stime)};
}

// Peak resident size in KiB.  VmHWM rather than ru_maxrss, because ru_maxrss survives
// exec: a child of a large harness would report the harness's size as its own.
static long peak_rss_kib(void) {
  long kib = 0;
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  if (status != NULL) {
    while (fgets(line, sizeof line, status) != NULL) {
      if (sscanf(line, "VmHWM: %ld", &kib) == 1) break;
    }
    fclose(status);
  }
  if (kib == 0) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    kib = usage.ru_maxrss;
  }
  return kib;
}

// ---------------------------------------------------------------- the three loops

static void publish_one(amqp_connection_state_t connection, const char *queue,
                        amqp_bytes_t body) {
  amqp_basic_properties_t properties;
  memset(&properties, 0, sizeof properties);
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  check_status(amqp_basic_publish(connection, CHANNEL, amqp_empty_bytes,
                                  amqp_cstring_bytes(queue), 0, 0, &properties, body),
               "basic.publish");
}

static void run_publish(amqp_connection_state_t connection, const char *queue, uint64_t count,
                        amqp_bytes_t body) {
  for (uint64_t i = 0; i < count; i++) publish_one(connection, queue, body);
  check_reply(amqp_channel_close(connection, CHANNEL, AMQP_REPLY_SUCCESS), "channel.close");
}

// Which publishes are confirmed: a bit per tag, since single confirms may come out of
// order and a later `multiple` one may cover tags already confirmed singly.
typedef struct {
  uint8_t *bits;
  uint64_t lowest;     // every tag below this one is confirmed
  uint64_t published;  // the last tag used
  uint64_t confirmed;  // how many tags are confirmed
} ledger_t;

static void confirm_tag(ledger_t *ledger, uint64_t tag) {
  uint8_t bit = (uint8_t)(1u << (tag & 7));
  if (ledger->bits[tag >> 3] & bit) return;
  ledger->bits[tag >> 3] |= bit;
  ledger->confirmed++;
}

static void on_confirm_frame(ledger_t *ledger, const amqp_frame_t *frame) {
  if (frame->frame_type != AMQP_FRAME_METHOD) {
    if (frame->frame_type == AMQP_FRAME_HEARTBEAT) return;
    die("confirm: unexpected frame type %d", frame->frame_type);
  }
  amqp_method_t method = frame->payload.method;
  die_if_close(method, "confirm");
  if (method.id == AMQP_BASIC_NACK_METHOD) die("confirm: the broker sent basic.nack");
  if (method.id != AMQP_BASIC_ACK_METHOD) die("confirm: unexpected method 0x%08x", (unsigned)method.id);

  amqp_basic_ack_t *ack = method.decoded;
  uint64_t tag = ack->delivery_tag;
  if (ack->multiple && tag == 0) tag = ledger->published;  // 0: everything so far
  if (tag == 0 || tag > ledger->published) die("confirm: tag %llu was never used", (unsigned long long)tag);
  if (!ack->multiple) {
    confirm_tag(ledger, tag);
    return;
  }
  for (; ledger->lowest <= tag; ledger->lowest++) confirm_tag(ledger, ledger->lowest);
}

// Takes in confirms until at most `allowed` publishes are unconfirmed, then those the
// library already holds in memory, which costs no system call.
static void await_confirms(amqp_connection_state_t connection, ledger_t *ledger,
                           uint64_t allowed) {
  amqp_frame_t frame;
  while (ledger->published - ledger->confirmed > allowed || amqp_frames_enqueued(connection)) {
    amqp_maybe_release_buffers(connection);
    check_status(amqp_simple_wait_frame(connection, &frame), "waiting for confirms");
    on_confirm_frame(ledger, &frame);
  }
  static struct timeval none = {0, 0};
  while (amqp_data_in_buffer(connection)) {
    // A partial frame may be all there is, hence the zero timeout.
    int status = amqp_simple_wait_frame_noblock(connection, &frame, &none);
    if (status == AMQP_STATUS_TIMEOUT) break;
    check_status(status, "reading confirms");
    on_confirm_frame(ledger, &frame);
  }
  amqp_maybe_release_buffers(connection);
}

// Takes in whatever confirms have arrived, without waiting.
static void poll_confirms(amqp_connection_state_t connection, ledger_t *ledger) {
  amqp_frame_t frame;
  struct timeval none = {0, 0};
  for (;;) {
    int status = amqp_simple_wait_frame_noblock(connection, &frame, &none);
    if (status == AMQP_STATUS_TIMEOUT) break;
    check_status(status, "polling for confirms");
    on_confirm_frame(ledger, &frame);
  }
  amqp_maybe_release_buffers(connection);
}

static void run_confirm(amqp_connection_state_t connection, const char *queue, uint64_t count,
                        amqp_bytes_t body, uint64_t window) {
  ledger_t ledger = {calloc(count / 8 + 1, 1), 1, 0, 0};
  if (ledger.bits == NULL) die("out of memory");
  for (uint64_t i = 0; i < count; i++) {
    if (window > 0 && ledger.published - ledger.confirmed >= window)
      await_confirms(connection, &ledger, window - 1);
    // With no window, still read now and then so that confirms do not pile up unread.
    if (window == 0 && i % 64 == 63) poll_confirms(connection, &ledger);
    publish_one(connection, queue, body);
    ledger.published++;
  }
  await_confirms(connection, &ledger, 0);
  free(ledger.bits);
}

static void run_consume(amqp_connection_state_t connection, const char *queue, uint64_t count) {
  amqp_basic_consume(connection, CHANNEL, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0,
                     amqp_empty_table);
  check_reply(amqp_get_rpc_reply(connection), "basic.consume");
  for (uint64_t i = 0; i < count; i++) {
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(connection);
    amqp_rpc_reply_t reply = amqp_consume_message(connection, &envelope, NULL, 0);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
        reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
      // Something other than a delivery: fetch it to say what it was.
      amqp_frame_t frame;
      check_status(amqp_simple_wait_frame(connection, &frame), "consume");
      if (frame.frame_type != AMQP_FRAME_METHOD)
        die("consume: unexpected frame type %d", frame.frame_type);
      die_if_close(frame.payload.method, "consume");
      die("consume: unexpected method 0x%08x", (unsigned)frame.payload.method.id);
    }
    check_reply(reply, "consume");
    check_status(amqp_basic_ack(connection, CHANNEL, envelope.delivery_tag, 0), "basic.ack");
    amqp_destroy_envelope(&envelope);
  }
}

// ---------------------------------------------------------------- command line

static long number(const char *text, const char *name, long least) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < least) die("--%s: bad number '%s'", name, text);
  return value;
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"host", required_argument, NULL, 'h'},   {"port", required_argument, NULL, 'p'},
      {"queue", required_argument, NULL, 'q'},  {"count", required_argument, NULL, 'n'},
      {"size", required_argument, NULL, 's'},   {"window", required_argument, NULL, 'w'},
      {"prefetch", required_argument, NULL, 'f'}, {"timeout", required_argument, NULL, 't'},
      {NULL, 0, NULL, 0}};
  const char *host = "127.0.0.1", *queue = NULL;
  long port = 5672, count = 0, size = 0, window = 256, prefetch = 256, timeout = 600;
  int option, index = 0;
  while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
    const char *name = options[index].name;
    switch (option) {
      case 'h': host = optarg; break;
      case 'q': queue = optarg; break;
      case 'p': port = number(optarg, name, 1); break;
      case 'n': count = number(optarg, name, 1); break;
      case 's': size = number(optarg, name, 0); break;
      case 'w': window = number(optarg, name, 0); break;
      case 'f': prefetch = number(optarg, name, 0); break;
      case 't': timeout = number(optarg, name, 1); break;
      default: return 1;  // getopt has said what is wrong
    }
  }
  if (optind != argc - 1 || queue == NULL || count == 0)
    die("usage: MODE --host H --port P --queue Q --count N --size BYTES [--window W] "
        "[--prefetch P] [--timeout S]");
  const char *mode = argv[optind];
  int publishing = strcmp(mode, "publish") == 0, confirming = strcmp(mode, "confirm") == 0;
  int consuming = strcmp(mode, "consume") == 0;
  if (!publishing && !confirming && !consuming) die("unknown mode '%s'", mode);
  if (prefetch > 65535) die("--prefetch: at most 65535");

  signal(SIGALRM, on_alarm);
  alarm((unsigned)timeout);

  // Set-up, not measured.
  amqp_connection_state_t connection = amqp_new_connection();
  amqp_socket_t *socket = amqp_tcp_socket_new(connection);
  if (socket == NULL) die("out of memory");
  check_status(amqp_socket_open(socket, host, (int)port), "connect");
  check_reply(amqp_login(connection, "/", AMQP_DEFAULT_MAX_CHANNELS, FRAME_MAX, 0,
                         AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
              "login");
  amqp_channel_open(connection, CHANNEL);
  check_reply(amqp_get_rpc_reply(connection), "channel.open");
  amqp_queue_declare(connection, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 0, amqp_empty_table);
  check_reply(amqp_get_rpc_reply(connection), "queue.declare");
  if (confirming) {
    amqp_confirm_select(connection, CHANNEL);
    check_reply(amqp_get_rpc_reply(connection), "confirm.select");
  }
  if (consuming) {
    amqp_basic_qos(connection, CHANNEL, 0, (uint16_t)prefetch, 0);
    check_reply(amqp_get_rpc_reply(connection), "basic.qos");
  }
  amqp_bytes_t body = {(size_t)size, calloc((size_t)size + 1, 1)};
  if (body.bytes == NULL) die("out of memory");
  memset(body.bytes, 'x', (size_t)size);

  // The measured part.
  reading_t start = read_clock();
  if (publishing) run_publish(connection, queue, (uint64_t)count, body);
  if (confirming) run_confirm(connection, queue, (uint64_t)count, body, (uint64_t)window);
  if (consuming) run_consume(connection, queue, (uint64_t)count);
  reading_t end = read_clock();

  // Leave by the handshakes, so that the last acks are certain to be taken in.
  if (!publishing)
    check_reply(amqp_channel_close(connection, CHANNEL, AMQP_REPLY_SUCCESS), "channel.close");
  check_reply(amqp_connection_close(connection, AMQP_REPLY_SUCCESS), "connection.close");
  check_status(amqp_destroy_connection(connection), "destroy");
  free(body.bytes);

  double seconds = end.wall - start.wall, user = end.user - start.user;
  double cpu = user + end.system - start.system;
  printf("{\"client\":\"librabbitmq\",\"mode\":\"%s\",\"count\":%ld,\"seconds\":%.6f,"
         "\"cpuMicros\":%.3f,\"userMicros\":%.3f,\"rate\":%.1f,\"maxRSSKiB\":%ld",
         mode, count, seconds, cpu / (double)count * 1e6, user / (double)count * 1e6,
         (double)count / seconds, peak_rss_kib());
  if (confirming) printf(",\"window\":%ld", window);
  if (consuming) printf(",\"prefetch\":%ld", prefetch);
  puts("}");
  return 0;
}
