extension ErrorCatalogue {
    /// The broker ends the connection because something broke.
    static let faults: [CatalogueEntry] = [
        .init(
            .connection, 402,
            remedy: "Check the virtual host, the path of the URI: amqp://host is \"/\", amqp://host/ is \"\""),
        .init(
            .connection, 501, "content body size {size} exceeds maximum allowed size {limit}",
            cause: "a message of {size} bytes is larger than any RabbitMQ takes, {limit}",
            remedy: "Put the data elsewhere and publish where it is"),
        .init(
            .connection, 501,
            remedy: "What arrived was no AMQP frame: a fault of the client or of a proxy in between; please report it"),
        .init(.connection, 502, remedy: "What arrived was no AMQP method: a fault of the client; please report it"),
        .init(
            .connection, 503, "unknown exchange type '{type}'",
            cause: "the broker has no exchange type '{type}'", remedy: whereExchangeTypesAre),
        .init(
            .connection, 503, "invalid exchange type '{type}'",
            cause: "'{type}' is no exchange type", remedy: whereExchangeTypesAre),
        .init(
            .connection, 503, "unimplemented method",
            cause: "it does not know a method that was sent",
            remedy: "Is it RabbitMQ, and not too old? If so it is a fault of the client; please report it"),
        .init(.connection, 503, remedy: "It does not take this method here: a fault of the client; please report it"),
        .init(
            .connection, 504, remedy: "Both sides see a channel differently: a fault of the client; please report it"),
        .init(
            .connection, 505,
            remedy: "Frames came in an order that AMQP does not allow, as when two threads write to "
                + "one socket: a fault of the client; please report it"),
        .init(
            .connection, 506,
            cause: "the broker has no room for it: {text}",
            remedy: "Its log says what ran out: memory, disk, file handles or processes (rabbitmq-diagnostics status)"),
        .init(
            .connection, 541, "Feature `transient_nonexcl_queues` is deprecated.{rest}",
            cause: "the broker refuses queues that are neither durable nor exclusive",
            remedy: "Declare it durable, or exclusive if it is for this connection only. RabbitMQ 4.3 and newer refuse "
                + "by default; deprecated_features.permit.transient_nonexcl_queues = true in rabbitmq.conf allows it "
                + "for now"),
        .init(
            .connection, 541, "Feature `{feature}` is deprecated.{rest}",
            cause: "the broker refuses the deprecated feature {feature}",
            remedy: "Do without; deprecated_features.permit.{feature} = true in rabbitmq.conf allows it for now"),
        .init(
            .connection, 541, "Cannot declare a queue '{queue}' on node '{node}': {reason}",
            cause: "the broker could not create the queue '{queue}' on node {node}: {reason}",
            remedy: "A quorum queue or stream needs most nodes of the cluster running (rabbitmqctl cluster_status)"),
        .init(
            .connection, 541, "",
            cause: "the broker failed inside and does not say why",
            remedy:
                "Its log does. Known causes: an x-stream-offset that is none, up to RabbitMQ 4.2. The same will fail "
                + "again, so do not repeat it for ever"),
        .init(
            .connection, 541,
            cause: "the broker failed inside: {text}",
            remedy: "Its log says more. The same will probably fail again, so do not repeat it for ever"),
    ]

    static let whereExchangeTypesAre =
        "Use direct, fanout, topic or headers, or enable the plugin that brings it (rabbitmq-plugins list shows them; the "
        + "one for delayed messages does not work with RabbitMQ 4.3)"
}
