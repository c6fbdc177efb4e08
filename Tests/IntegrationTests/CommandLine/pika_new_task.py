#!/usr/bin/python3
"""Puts one task on the durable queue 'task_queue'.

    pika_new_task.py WORD...        # each '.' in the text is a second's work for the worker

AMQP_URL says which broker (default: guest at localhost:5672).
"""

import os
import sys

import pika

QUEUE = "task_queue"
url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/%2F")
text = " ".join(sys.argv[1:]) or "Hello World!"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.queue_declare(QUEUE, durable=True)  # the queue outlives the broker ...
channel.basic_publish(
    exchange="",
    routing_key=QUEUE,
    body=text.encode(),
    properties=pika.BasicProperties(delivery_mode=2),  # ... and so does the message
)
print(f" [x] Sent {text}", flush=True)
connection.close()
