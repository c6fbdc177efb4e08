extension ErrorCatalogue {
    /// The broker ends the connection on purpose, or for something that a program asked for.
    static let connection: [CatalogueEntry] = [
        // Forced.
        .init(
            .connection, 320, "broker forced connection closure with reason 'shutdown'",
            cause: "the broker is shutting down",
            remedy: "Connect to another node, or to this one when it is back"),
        .init(
            .connection, 320, "Node was put into maintenance mode",
            cause: "its node was put into maintenance mode",
            remedy: "Connect to another node; this one takes no connections until rabbitmq-upgrade revive"),
        .init(
            .connection, 320, "vhost '{vhost}' is deleted",
            cause: "the virtual host '{vhost}' was deleted",
            remedy:
                "Nothing that was in it is left; create it again with rabbitmqctl add_vhost and set_permissions, or "
                + "use another"),
        .init(
            .connection, 320, "vhost '{vhost}' is down",
            cause: "the virtual host '{vhost}' was deleted or has stopped on this node",
            remedy: "See with rabbitmqctl list_vhosts whether it is there; connect to another node, or start it with "
                + "rabbitmqctl restart_vhost -p '{vhost}'"),
        .init(
            .connection, 320, "user '{user}' is deleted",
            cause: "the user '{user}' was deleted",
            remedy: "Create it again with rabbitmqctl add_user and set_permissions, or log in as another"),
        .init(
            .connection, 320, "broker forced connection closure with reason '{reason}'",
            cause: "the broker ended it because of '{reason}'",
            remedy: "Connect again; the broker's log says more"),
        .init(
            .connection, 320,
            cause: "an operator closed it: {text}",
            remedy: "Connect again, unless the reason speaks against it"),

        // Credentials that were good once.
        .init(
            .connection, 403,
            remedy: "User, password or token are not accepted any more; log in with new ones"),
        .init(
            .connection, 530, "New secret was refused by one of the backends",
            cause: "the new password or token was refused",
            remedy: "Check what the credentials provider gives; the broker's log says which backend refused and why"),

        // What a program may not do.
        .init(
            .connection, 530, "attempt to reuse consumer tag '{tag}'",
            cause: "the consumer tag '{tag}' is in use on its channel",
            remedy: "Leave the tag empty, then each consumer gets one of its own, or cancel the other consumer first"),
        .init(
            .connection, 530, "number of channels opened ({count}) has reached the negotiated channel_max ({limit})",
            cause: "it has as many channels as were agreed on, {limit}",
            remedy: "Share channels or open another connection; channel_max= in the URI and channel_max in "
                + "rabbitmq.conf set the limit, and the smaller one counts"),
        // 4.0 names its node where the user belongs; up to 4.2 the number is in parentheses.
        .init(
            .connection, 530,
            "number of channels opened for user '{name}' has reached the maximum allowed user limit of {limit}",
            cause: "its user has as many channels as it may have, {limit}",
            remedy: "Share channels, or raise the limit: rabbitmqctl set_user_limits USER '{\"max-channels\": N}'"),
        .init(
            .connection, 530,
            "number of channels opened on node '{node}' has reached the maximum allowed limit of {limit}",
            cause: "the node {node} has as many channels as it may have, {limit}",
            remedy: "Connect to another node, share channels, or raise channel_max_per_node in rabbitmq.conf"),
        .init(
            .connection, 530, "reached maximum ({limit}) of consumers per channel",
            cause: "the channel has as many consumers as it may have, {limit}",
            remedy: "Open another channel, or raise consumer_max_per_channel in rabbitmq.conf"),
        .init(.connection, 530, remedy: "It will be refused again; change the program or the broker's configuration"),

        // What RabbitMQ does not do.
        .init(
            .connection, 540, "{kind} '{name}' in vhost '{vhost}' does not support global qos",
            cause: "{kind} '{name}' cannot be consumed on a channel with a global prefetch",
            remedy: "Quorum queues and streams up to RabbitMQ 4.2 need a prefetch per consumer (global = false)"),
        .init(
            .connection, 540, "prefetch_size!=0 ({size})",
            cause: "RabbitMQ cannot limit a prefetch in bytes (prefetch_size = {size})",
            remedy: "Limit the number of messages instead: prefetch_size = 0 and a prefetch_count"),
        .init(
            .connection, 540, "automatic acknowledgement not supported by stream {queue}",
            cause: "a stream cannot be consumed without acknowledgements",
            remedy: "Consume it with manual acknowledgement and a prefetch"),
        .init(
            .connection, 540, "basic.get not supported by stream {queue}",
            cause: "a stream cannot be read with basic.get",
            remedy:
                "Consume it with a prefetch, and with the argument x-stream-offset to begin elsewhere than at the end"),
        .init(
            .connection, 540, "queue.purge not supported by stream {queue}",
            cause: "a stream cannot be purged",
            remedy: "Delete and declare it again, or limit it with x-max-length-bytes or x-max-age"),
        .init(
            .connection, 540, "basic.nack and basic.reject not supported by stream {queue}",
            cause: "a message of a stream cannot be rejected",
            remedy: "Acknowledge it: that only makes room in the prefetch, the stream keeps the message"),
        .init(
            .connection, 540, "{method} not supported by stream {queue}",
            cause: "a stream has no {method}", remedy: "Use a quorum queue for what needs it"),
        .init(
            .connection, 540, "cannot delete {queue}. queue.delete operations with {flag} flag set are not {rest}",
            cause: "{queue} is a quorum queue, which cannot be deleted with {flag}",
            remedy: "Delete it without; first look at its messages and consumers (a passive declare tells both)"),
        .init(
            .connection, 540, "immediate=true",
            cause: "RabbitMQ does not have the immediate flag of basic.publish",
            remedy: "Publish to a queue with a message TTL of 0, which drops what nobody takes at once"),
        .init(
            .connection, 540, "active=false",
            cause: "RabbitMQ does not stop deliveries by channel.flow",
            remedy: "Use a smaller prefetch, or cancel the consumer"),
        .init(
            .connection, 540, "requeue=false",
            cause: "RabbitMQ has basic.recover with requeue = true only",
            remedy: "Give messages back with requeue, or reject each one"),
        .init(.connection, 540, remedy: "RabbitMQ does not do this, or not for this type of queue; do without"),
    ]
}
