#!/usr/bin/env python3
"""Writes golden.json: AMQP 0-9-1 payloads as encoded by pamqp, for a codec's tests.

    venv/bin/pip install pamqp==4.0.1 && venv/bin/python make_golden.py

golden.json is an array of {"name", "kind", "arguments", "hex"}, one object per line:

  kind method   METHOD frame payload: class id, method id, arguments
  kind header   HEADER frame payload: class 60, weight 0, body size, flags, values
  kind table    a field table: 32-bit byte count, then name/letter/value entries
  kind frame    complete frames, and the protocol header

A field value is a one-key object of its type letter: {"I": -5}. Values which JSON would
blur are strings: 64-bit delivery tags "0x..", bytes {"x": "hex"}. A decimal is
{"D": {"scale": s, "mantissa": m}}.

pamqp picks the letter of a table value from the Python value; here every value says its
own letter (the class Typed), and pamqp's encoder for that letter does the bytes.
"""

import datetime
import decimal
import json
import pathlib

from pamqp import base, body, commands, common, encode, frame, header, heartbeat

# ---------------------------------------------------------------- field values


class Typed:
    """A field value with its type letter fixed."""

    def __init__(self, letter, value):
        self.letter, self.value = letter, value


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


# How pamqp encodes what follows each letter.
LETTERS = {
    "t": encode.boolean,
    "b": common.Struct.short_short_int.pack,
    "B": encode.octet,
    "s": encode.short_int,
    "u": encode.short_uint,
    "I": encode.long_int,
    "i": encode.long_uint,
    "l": encode.long_long_int,
    "L": encode.long_long_int,
    "f": encode.floating_point,
    "d": encode.double,
    "D": lambda v: encode.decimal(decimal.Decimal(v["mantissa"]).scaleb(-v["scale"])),
    "S": encode.long_string,
    "T": lambda v: encode.timestamp(utc(v)),
    "F": encode.field_table,
    "A": encode.field_array,
    "x": lambda v: encode.byte_array(bytearray.fromhex(v)),
    "V": lambda v: b"",
}

# pamqp's table and array encoders look this function up at each value, so replacing it
# makes nested values typed as well. An untyped value is a mistake here: no guessing.
encode.encode_table_value = lambda v: v.letter.encode() + LETTERS[v.letter](v.value)


def t(letter, value):
    return Typed(letter, value)


def to_json(value):
    if isinstance(value, Typed):
        return {value.letter: to_json(value.value)}
    if isinstance(value, dict):
        return {k: to_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [to_json(v) for v in value]
    if isinstance(value, int) and value > 1 << 53:
        return f"0x{value:016x}"
    return value


# ---------------------------------------------------------------- methods

TAG = 0x0102030405060708
TABLE = {"k": t("S", "v")}  # one entry: the order of a table's entries is not at issue

# Every argument of every method pamqp knows, by AMQP name. Reserved arguments have
# the value which is sent in practice (0, "" or false); see #reserved below for others.
METHODS = {
    "connection.start": dict(version_major=0, version_minor=9, server_properties={
        "capabilities": t("F", {"basic.nack": t("t", True)}), "product": t("S", "RabbitMQ")},
        mechanisms="PLAIN AMQPLAIN", locales="en_US"),
    "connection.start-ok": dict(client_properties={
        "capabilities": t("F", {"connection.blocked": t("t", True)}),
        "product": t("S", "bench")},
        mechanism="PLAIN", response="\0guest\0guest", locale="en_US"),
    "connection.secure": dict(challenge="who?"),
    "connection.secure-ok": dict(response="me!"),
    "connection.tune": dict(channel_max=2047, frame_max=131072, heartbeat=60),
    "connection.tune-ok": dict(channel_max=2046, frame_max=65536, heartbeat=30),
    "connection.open": dict(virtual_host="/v1", capabilities="", insist=False),
    "connection.open-ok": dict(known_hosts=""),
    "connection.close": dict(reply_code=320, reply_text="CONNECTION_FORCED - bye",
                             class_id=60, method_id=40),
    "connection.close-ok": {},
    "connection.blocked": dict(reason="low on memory"),
    "connection.unblocked": {},
    "connection.update-secret": dict(new_secret="s3cret", reason="expired"),
    "connection.update-secret-ok": {},
    "channel.open": dict(out_of_band=""),
    "channel.open-ok": dict(channel_id=""),
    "channel.flow": dict(active=True),
    "channel.flow-ok": dict(active=False),
    "channel.close": dict(reply_code=404, reply_text="NOT_FOUND - no queue 'q1'",
                          class_id=50, method_id=10),
    "channel.close-ok": {},
    "exchange.declare": dict(ticket=0, exchange="e1", exchange_type="topic", passive=True,
                             durable=False, auto_delete=True, internal=False, nowait=True,
                             arguments={"alternate-exchange": t("S", "ae")}),
    "exchange.declare-ok": {},
    "exchange.delete": dict(ticket=0, exchange="e1", if_unused=True, nowait=False),
    "exchange.delete-ok": {},
    "exchange.bind": dict(ticket=0, destination="e2", source="e1", routing_key="rk",
                          nowait=True, arguments=TABLE),
    "exchange.bind-ok": {},
    "exchange.unbind": dict(ticket=0, destination="e2", source="e1", routing_key="rk",
                            nowait=True, arguments=TABLE),
    "exchange.unbind-ok": {},
    "queue.declare": dict(ticket=0, queue="q1", passive=False, durable=True, exclusive=False,
                          auto_delete=True, nowait=False,
                          arguments={"x-message-ttl": t("I", 60000)}),
    "queue.declare-ok": dict(queue="q1", message_count=16909060, consumer_count=7),
    "queue.bind": dict(ticket=0, queue="q1", exchange="e1", routing_key="rk", nowait=True,
                       arguments=TABLE),
    "queue.bind-ok": {},
    "queue.purge": dict(ticket=0, queue="q1", nowait=True),
    "queue.purge-ok": dict(message_count=16909060),
    "queue.delete": dict(ticket=0, queue="q1", if_unused=True, if_empty=False, nowait=True),
    "queue.delete-ok": dict(message_count=16909060),
    "queue.unbind": dict(ticket=0, queue="q1", exchange="e1", routing_key="rk",
                         arguments=TABLE),
    "queue.unbind-ok": {},
    "basic.qos": dict(prefetch_size=65536, prefetch_count=250, global_=True),
    "basic.qos-ok": {},
    "basic.consume": dict(ticket=0, queue="q1", consumer_tag="c1", no_local=False, no_ack=True,
                          exclusive=False, nowait=True, arguments={"x-priority": t("I", 10)}),
    "basic.consume-ok": dict(consumer_tag="c1"),
    "basic.cancel": dict(consumer_tag="c1", nowait=True),
    "basic.cancel-ok": dict(consumer_tag="c1"),
    "basic.publish": dict(ticket=0, exchange="e1", routing_key="rk", mandatory=True,
                          immediate=False),
    "basic.return": dict(reply_code=312, reply_text="NO_ROUTE", exchange="e1",
                         routing_key="rk"),
    "basic.deliver": dict(consumer_tag="c1", delivery_tag=TAG, redelivered=True, exchange="e1",
                          routing_key="rk"),
    "basic.get": dict(ticket=0, queue="q1", no_ack=True),
    "basic.get-ok": dict(delivery_tag=TAG, redelivered=True, exchange="e1", routing_key="rk",
                         message_count=16909060),
    "basic.get-empty": dict(cluster_id=""),
    "basic.ack": dict(delivery_tag=TAG, multiple=True),
    "basic.reject": dict(delivery_tag=TAG, requeue=True),
    "basic.recover-async": dict(requeue=True),
    "basic.recover": dict(requeue=True),
    "basic.recover-ok": {},
    "basic.nack": dict(delivery_tag=TAG, multiple=False, requeue=True),
    "confirm.select": dict(nowait=True),
    "confirm.select-ok": {},
    "tx.select": {}, "tx.select-ok": {},
    "tx.commit": {}, "tx.commit-ok": {},
    "tx.rollback": {}, "tx.rollback-ok": {},
}

# For decoders only: what a peer may put into reserved arguments. The names differ so.
RESERVED = {
    "connection.open#reserved": dict(virtual_host="/v1", capabilities="cap", insist=True),
    "connection.open-ok#reserved": dict(known_hosts="h1:5672"),
    "channel.open#reserved": dict(out_of_band="0"),  # what pamqp's own users send
    "channel.open-ok#reserved": dict(channel_id="id7"),
    "basic.get-empty#reserved": dict(cluster_id="c7"),
    "basic.publish#reserved": dict(ticket=258, exchange="", routing_key="", mandatory=False,
                                   immediate=True),
}


def method_classes():
    """AMQP name -> pamqp class, for every method."""
    found = {}
    for group in (commands.Connection, commands.Channel, commands.Exchange, commands.Queue,
                  commands.Basic, commands.Confirm, commands.Tx):
        for member in vars(group).values():
            if isinstance(member, type) and issubclass(member, base.Frame):
                # "Basic.GetOk" -> "basic.get-ok"
                left, right = member.name.split(".")
                dashed = "".join("-" + c.lower() if c.isupper() else c for c in right)
                found[f"{left.lower()}.{dashed[1:]}"] = member
    return found


def method_payload(cls, arguments):
    if set(arguments) != set(cls.attributes()):
        raise SystemExit(f"{cls.name}: {set(arguments) ^ set(cls.attributes())}")
    # Past __init__ and validate(), which insist on pamqp's own values of reserved arguments.
    cls.validate = lambda self: None
    method = cls.__new__(cls)
    for name, value in arguments.items():
        setattr(method, name, value)
    return common.Struct.integer.pack(cls.index) + method.marshal()


# ---------------------------------------------------------------- content headers

HEADERS = {
    "properties.none": (0, {}),
    "properties.delivery_mode": (128, dict(delivery_mode=2)),
    "properties.all": (0x0102030405060708, dict(
        content_type="application/json", content_encoding="gzip",
        headers={"retries": t("I", 3), "trace": t("S", "abc")},
        delivery_mode=2, priority=9, correlation_id="corr-1", reply_to="reply.q",
        expiration="60000", message_id="msg-1", timestamp=1700000000, message_type="order",
        user_id="guest", app_id="app-1", cluster_id="cl-1")),
    # First, last and one between: what a slip in the flag bits would show.
    "properties.some": (5, dict(content_type="text/plain", priority=0, cluster_id="cl-1")),
}


def header_payload(size, properties):
    values = commands.Basic.Properties()
    for name, value in properties.items():  # not __init__, which refuses a cluster_id
        setattr(values, name, utc(value) if name == "timestamp" else value)
    return header.ContentHeader(0, size, values).marshal()


# ---------------------------------------------------------------- tables

TABLES = {
    "table.empty": {},
    "table.bool-true": {"k": t("t", True)},
    "table.bool-false": {"k": t("t", False)},
    "table.int8": {"k": t("b", -5)},
    "table.uint8": {"k": t("B", 200)},
    "table.int16": {"k": t("s", -300)},
    "table.uint16": {"k": t("u", 60000)},
    "table.int32": {"k": t("I", -5)},
    "table.uint32": {"k": t("i", 4_000_000_000)},
    "table.int64": {"k": t("l", 5_000_000_000)},
    "table.int64-negative": {"k": t("l", -5_000_000_000)},
    "table.int64-L": {"k": t("L", 5_000_000_000)},
    "table.float": {"k": t("f", 3.5)},
    "table.double": {"k": t("d", 3.5)},
    "table.decimal": {"k": t("D", {"scale": 2, "mantissa": 314})},
    "table.long-string": {"k": t("S", "héllo")},
    "table.timestamp": {"k": t("T", 1700000000)},
    "table.nested": {"k": t("F", {"inner": t("I", 1), "more": t("F", {})})},
    "table.array": {"k": t("A", [t("I", 1), t("S", "two"), t("t", True), t("V", None),
                                 t("d", -0.25), t("A", [t("l", 3)]), t("F", {"a": t("b", 4)})])},
    "table.array-empty": {"k": t("A", [])},
    "table.void": {"k": t("V", None)},
    "table.bytes": {"k": t("x", "00ff10")},
    "table.utf8-name": {"clé": t("S", "")},
    "table.mixed": {"a": t("t", True), "b": t("I", -5), "c": t("S", "x"), "d": t("V", None)},
}

# ---------------------------------------------------------------- whole frames


def frames():
    publish = commands.Basic.Publish(0, "e1", "rk", True, False)
    properties = commands.Basic.Properties(delivery_mode=2)
    yield "frame.protocol-header", {}, header.ProtocolHeader().marshal()
    yield "frame.heartbeat", dict(channel=0), heartbeat.Heartbeat().marshal()
    yield "frame.method", dict(channel=1, method="basic.publish"), frame.marshal(publish, 1)
    yield ("frame.header", dict(channel=1, body_size=5, delivery_mode=2),
           frame.marshal(header.ContentHeader(0, 5, properties), 1))
    yield "frame.body", dict(channel=258, body="hello"), frame.marshal(body.ContentBody(b"hello"), 258)


def one_hot(name, cls, arguments):
    """For a method of several flags: each flag alone, to catch two in each other's place."""
    flags = [a for a in cls.attributes() if cls.amqp_type(a) == "bit"]
    if len(flags) < 2:
        return
    for flag in flags:
        yield f"{name}#{flag}", {**arguments, **{f: f == flag for f in flags}}


def main():
    entries = []

    def add(name, kind, arguments, data):
        entries.append({"name": name, "kind": kind, "arguments": to_json(arguments),
                        "hex": data.hex()})

    classes = method_classes()
    if set(classes) != set(METHODS):
        raise SystemExit(f"methods: {set(classes) ^ set(METHODS)}")
    # Whole frames first: they go through pamqp as it comes, validation included.
    whole = list(frames())
    for name, arguments in METHODS.items():
        add(name, "method", arguments, method_payload(classes[name], arguments))
    for name, arguments in METHODS.items():
        for variant, changed in one_hot(name, classes[name], arguments):
            add(variant, "method", changed, method_payload(classes[name], changed))
    for name, arguments in RESERVED.items():
        add(name, "method", arguments, method_payload(classes[name.split("#")[0]], arguments))
    for name, (size, properties) in HEADERS.items():
        add(name, "header", {"body_size": size, **properties}, header_payload(size, properties))
    for name, table in TABLES.items():
        add(name, "table", table, encode.field_table(table))
    for name, arguments, data in whole:
        add(name, "frame", arguments, data)

    lines = ",\n".join(json.dumps(e, ensure_ascii=False) for e in entries)
    pathlib.Path(__file__).with_name("golden.json").write_text(f"[\n{lines}\n]\n", "utf-8")
    print(len(entries), "entries")


main()
