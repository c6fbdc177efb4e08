#!/usr/bin/python3
"""What pika's BlockingConnection costs per message.

    pika_bench.py publish|confirm|consume --host H --port P --queue Q --count N --size BYTES
                  [--window W] [--prefetch P] [--timeout S]

The same command line, measured part and JSON line as librabbitmq_bench:

  publish  N persistent messages to the default exchange, then channel.close / close-ok.
  confirm  the same after confirm_delivery(). A BlockingChannel waits for each confirm
           before basic_publish returns, so the window is 1 whatever --window says.
  consume  basic_qos, basic_consume with a callback which acks each message, N messages;
           the clock stops once the last ack is written.

Time and CPU cover the message loop only. Failures go to stderr with exit status 1.
"""

import argparse
import json
import resource
import signal
import sys
import time

import pika


def read_clock():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), usage.ru_utime, usage.ru_stime


def peak_rss_kib():
    """VmHWM, not ru_maxrss: the latter survives exec and so may be a parent's size."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def publish(channel, options):
    """Both publish and confirm: with confirms on, each basic_publish waits for its own."""
    body = b"x" * options.size
    properties = pika.BasicProperties(delivery_mode=2)
    for _ in range(options.count):
        channel.basic_publish("", options.queue, body, properties)
    if options.mode == "publish":
        channel.close()


def consume(channel, options):
    """Returns the clock's reading right after the last ack."""
    seen = 0
    end = None

    def on_message(channel, method, _properties, _body):
        nonlocal seen, end
        if seen == options.count:
            return  # prefetched past the end; left unacked, so the broker requeues it
        channel.basic_ack(method.delivery_tag)
        seen += 1
        if seen == options.count:
            end = read_clock()
            channel.stop_consuming()

    channel.basic_consume(options.queue, on_message)
    channel.start_consuming()
    if end is None:
        raise RuntimeError(f"the broker cancelled the consumer after {seen} messages")
    return end


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["publish", "confirm", "consume"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5672)
    parser.add_argument("--queue", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--window", type=int, default=1, help="accepted, but always 1 here")
    parser.add_argument("--prefetch", type=int, default=256)
    parser.add_argument("--timeout", type=int, default=600)
    options = parser.parse_args()
    if options.count < 1:
        parser.error("--count must be at least 1")

    def on_alarm(_signal, _frame):
        raise TimeoutError("timed out")

    signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(options.timeout)

    # Set-up, not measured.
    connection = pika.BlockingConnection(pika.ConnectionParameters(
        host=options.host, port=options.port, heartbeat=0,
        credentials=pika.PlainCredentials("guest", "guest")))
    channel = connection.channel()
    channel.queue_declare(options.queue, durable=True)
    if options.mode == "confirm":
        channel.confirm_delivery()
    if options.mode == "consume":
        channel.basic_qos(prefetch_count=options.prefetch)

    # The measured part.
    start = read_clock()
    if options.mode == "consume":
        end = consume(channel, options)
    else:
        publish(channel, options)
        end = read_clock()

    connection.close()
    seconds, user, system = (b - a for a, b in zip(start, end))
    result = {
        "client": "pika",
        "mode": options.mode,
        "count": options.count,
        "seconds": round(seconds, 6),
        "cpuMicros": round((user + system) / options.count * 1e6, 3),
        "userMicros": round(user / options.count * 1e6, 3),
        "rate": round(options.count / seconds, 1),
        "maxRSSKiB": peak_rss_kib(),
    }
    if options.mode == "confirm":
        result["window"] = 1
    if options.mode == "consume":
        result["prefetch"] = options.prefetch
    print(json.dumps(result, separators=(",", ":")))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # one line, not a traceback
        print(f"pika_bench: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
