#!/usr/bin/python3
"""Takes tasks off 'task_queue' one at a time and acks each when it is done.

A task's text is its length: it takes DOT_SECONDS (default 1) for each '.' in it.
AMQP_URL says which broker (default: guest at localhost:5672).
"""

import os
import sys
import time

import pika

QUEUE = "task_queue"
DOT_SECONDS = float(os.environ.get("DOT_SECONDS", "1"))
url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/%2F")


def work(channel, method, properties, body):
    print(f" [x] Received {body.decode()}", flush=True)
    time.sleep(body.count(b".") * DOT_SECONDS)
    print(" [x] Done", flush=True)
    channel.basic_ack(delivery_tag=method.delivery_tag)


def main():
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True)
    channel.basic_qos(prefetch_count=1)  # no next task before this one is acked
    channel.basic_consume(QUEUE, work)
    print(" [*] Waiting for messages. To exit press CTRL+C", flush=True)
    channel.start_consuming()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("Interrupted", flush=True)
        sys.exit(0)
