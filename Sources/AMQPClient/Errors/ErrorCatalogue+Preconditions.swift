extension ErrorCatalogue {
    /// 406, but for declarations that differ from what exists; see ``DeclarationMismatch``.
    static let preconditions: [CatalogueEntry] = [
        // Deliveries.
        .init(
            .channel, 406, "unknown delivery tag {tag}",
            cause: "delivery {tag} is not open on this channel: it was settled before, or delivered on another channel",
            remedy: "A Delivery of Warren's is settled once and where it came from, so this is a fault of the client; "
                + "please report it"),
        // 4.3 gives its own unset default as -1.
        .init(
            .channel, 406,
            "delivery acknowledgement on channel {channel} timed out. Timeout value used: -1 ms.{rest}",
            cause: "a delivery was not acknowledged within the queue's or consumer's timeout",
            remedy: howToRaiseTheConsumerTimeout),
        .init(
            .channel, 406,
            "delivery acknowledgement on channel {channel} timed out. Timeout value used: {time} ms.{rest}",
            cause: "a delivery was not acknowledged within the consumer timeout of {time} ms",
            remedy: howToRaiseTheConsumerTimeout),
        .init(
            .channel, 406, "consumer prefetch count is not set for {queue}",
            cause: "a stream is consumed with a prefetch only", remedy: "Give one; 100 is a beginning"),
        .init(
            .channel, 406, "fast reply consumer does not exist",
            cause: "a request named amq.rabbitmq.reply-to for its answer, but nobody consumes that on its channel",
            remedy: "First consume amq.rabbitmq.reply-to without acknowledgement, then publish on the same channel"),
        .init(
            .channel, 406, "reply consumer already set",
            cause: "amq.rabbitmq.reply-to has a consumer on this channel already",
            remedy: "Use that one for all answers, or another channel"),
        .init(
            .channel, 406, "reply consumer cannot acknowledge",
            cause: "amq.rabbitmq.reply-to was consumed with acknowledgement",
            remedy: "Consume it without"),

        // Messages.
        .init(
            .channel, 406, "message size {size} is larger than configured max size {limit}",
            cause: "the message's size of {size} bytes is larger than the broker's limit of {limit}",
            remedy: "Put the data elsewhere and publish where it is, or raise max_message_size in rabbitmq.conf "
                + "(by default 16 MiB from RabbitMQ 4.0 on, 128 MiB before; at most 512 MiB)"),
        .init(
            .channel, 406, "message size {size} is larger than max size {limit}",
            cause: "the message's size of {size} bytes is larger than any RabbitMQ takes, {limit}",
            remedy: "Put the data elsewhere and publish where it is"),
        .init(
            .channel, 406, "invalid expiration '{value}': {reason}",
            cause: "the expiration '{value}' is no number of milliseconds ({reason})",
            remedy: "It is a string of digits, from 0 to 4294967295: \"60000\" is a minute"),
        .init(
            .channel, 406, "user_id property set to '{claimed}' but authenticated user was '{user}'",
            cause: "the message says that it is of user '{claimed}', but the connection is of user '{user}'",
            remedy: "Leave the property out, set it to the connection's user, or give that the tag impersonator"),
        .init(
            .channel, 406, "invalid message: {reason}",
            cause: "the broker does not take the message: {reason}",
            remedy: "Check its headers and properties; CC and BCC are lists of strings"),

        // Queues that cannot be as wanted.
        .init(
            .channel, 406, "invalid property 'exclusive-owner' for {kind} '{name}' in vhost '{vhost}'",
            cause: "{kind} '{name}' cannot be exclusive: quorum queues and streams are for everybody",
            remedy: "Declare it not exclusive, or with x-queue-type=classic"),
        .init(
            .channel, 406, "invalid property 'non-durable' for {kind} '{name}' in vhost '{vhost}'",
            cause: "{kind} '{name}' has to be durable: quorum queues and streams are",
            remedy: "Declare it durable, or with x-queue-type=classic"),
        .init(
            .channel, 406, "invalid property 'auto-delete' for {kind} '{name}' in vhost '{vhost}'",
            cause: "{kind} '{name}' cannot be deleted automatically: quorum queues and streams stay",
            remedy: "Declare it without auto-delete, with x-expires for a quorum queue, or with x-queue-type=classic"),
        .init(
            .channel, 406, "invalid property '{property}' for {kind} '{name}' in vhost '{vhost}'",
            cause: "{kind} '{name}' cannot have the property {property} with its queue type",
            remedy: "Leave it out, or declare it with x-queue-type=classic"),
        .init(
            .channel, 406, "Cannot declare a server-named queue for type rabbit_{type}_queue",
            cause: "a {type} queue needs a name of your choice",
            remedy: "Name it; only classic queues can be named by the broker"),
        .init(
            .channel, 406, "invalid arg 'x-max-priority' for {kind} '{name}' in vhost '{vhost}' of queue type {type}",
            cause: "{kind} '{name}' is not classic, and only classic queues have x-max-priority",
            remedy: "Leave it out: quorum queues have priorities without, two from RabbitMQ 4.0 and 32 from 4.3 on"),
        .init(
            .channel, 406,
            "invalid arg 'x-consumer-timeout' for {kind} '{name}' in vhost '{vhost}' of queue type {type}",
            cause: "{kind} '{name}' is no quorum queue, and from RabbitMQ 4.3 on only these have a consumer timeout",
            remedy: "Leave it out: nothing times out there"),
        .init(
            .channel, 406, "invalid arg 'x-delivery-limit' for {kind} '{name}' in vhost '{vhost}' of queue type {type}",
            cause: "{kind} '{name}' is no quorum queue, and only these limit deliveries",
            remedy: "Leave it out, or declare the queue with x-queue-type=quorum"),
        .init(
            .channel, 406,
            "invalid arg '{argument}' for {kind} '{name}' in vhost '{vhost}' of queue type rabbit_{type}_queue",
            cause: "{kind} '{name}' cannot have the argument {argument}: {type} queues do not know it",
            remedy: "Leave it out, or choose another x-queue-type"),
        .init(
            .channel, 406, "invalid arg 'x-queue-type' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "{kind} '{name}' has an x-queue-type that the broker does not know: {reason}",
            remedy: "It is classic, quorum or stream"),
        .init(
            .channel, 406, "invalid arg 'x-queue-version' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "{kind} '{name}' has an x-queue-version that the broker does not have: {reason}",
            remedy: "Leave it out; from RabbitMQ 4.3 on there is only 2"),
        .init(
            .channel, 406, "invalid arg 'x-max-priority' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "{kind} '{name}' has an x-max-priority that is no number from 0 to 255: {reason}",
            remedy: "Give a number, better below 10: each level costs memory"),
        .init(
            .channel, 406, "invalid arg 'x-overflow' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "{kind} '{name}' has an x-overflow that is none: {reason}",
            remedy: "It is drop-head or reject-publish; reject-publish-dlx for classic queues"),
        .init(
            .channel, 406, "invalid arg 'x-stream-offset' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "x-stream-offset is none for {kind} '{name}': {reason}",
            remedy: "It is first, last, next, an offset as a number, a timestamp, or an age like \"1h\""),
        .init(
            .channel, 406, "invalid arg '{argument}' for {kind} '{name}' in vhost '{vhost}': {reason}",
            cause: "the argument {argument} of {kind} '{name}' has a value that the broker does not take: {reason}",
            remedy: "Check its type and range: a number is no string, and times are milliseconds above 0"),
        .init(
            .channel, 406, "invalid type '{type}' for arg '{argument}' in {what}",
            cause: "the argument {argument} cannot be of the type {type} in {what}",
            remedy: "Numbers are integers, names are strings"),
        .init(
            .channel, 406, "cannot declare queue '{name}': queue limit in vhost '{vhost}' ({limit}) is reached",
            cause:
                "there is no room for queue '{name}': virtual host '{vhost}' has the {limit} queues that it may have",
            remedy: "Delete some, or raise the limit: rabbitmqctl set_vhost_limits -p '{vhost}' '{\"max-queues\": N}'"),
        .init(
            .channel, 406, "cannot declare queue '{name}': queue limit in cluster ({limit}) is reached",
            cause: "there is no room for queue '{name}': the cluster has the {limit} queues that it may have",
            remedy: "Delete some, or raise cluster_queue_limit in rabbitmq.conf"),
        .init(
            .channel, 406, "cannot declare {exchange}: exchange limit of {limit} is reached",
            cause: "there is no room for {exchange}: the cluster has the {limit} exchanges that it may have",
            remedy: "Delete some, or raise cluster_exchange_limit in rabbitmq.conf"),

        .init(
            .channel, 406, "transaction has reached the maximum of {limit} uncommitted publishes",
            cause: "the transaction has as many messages as it may have, {limit}",
            remedy: "Commit more often, or use a Publisher: confirms are faster, and have no such limit"),

        // Deleting.
        .init(
            .channel, 406, "{kind} '{name}' in vhost '{vhost}' in use",
            cause: "{kind} '{name}' is in use: it has consumers or bindings",
            remedy: "End these first, or delete it without ifUnused"),
        .init(
            .channel, 406, "{kind} '{name}' in vhost '{vhost}' not empty",
            cause: "{kind} '{name}' has messages", remedy: "Consume or purge them first, or delete it without ifEmpty"),

        // Exchanges. RabbitMQ 3 says so by 503, which ends the connection.
        .init(
            .channel, 406, "unknown exchange type '{type}'",
            cause: "the broker has no exchange type '{type}'", remedy: whereExchangeTypesAre),
        .init(
            .channel, 406, "invalid exchange type '{type}'",
            cause: "'{type}' is no exchange type", remedy: whereExchangeTypesAre),

        // Modes.
        .init(
            .channel, 406, "cannot switch from {one} to {other} mode",
            cause: "the channel is in {one} mode and cannot be in {other} mode as well",
            remedy: "Use a channel for each: Publisher and Transaction have their own"),
        .init(
            .channel, 406, "channel is not transactional",
            cause: "there is no transaction on this channel to commit or roll back",
            remedy: "Begin one first: Transaction does"),
        .init(
            .channel, 406, "{stream} does not have a running replica on the local node",
            cause: "{stream} has no running replica on the node that was connected to",
            remedy: "Connect to another node, or add a replica with rabbitmq-streams add_replica"),
    ]

    private static let howToRaiseTheConsumerTimeout =
        "Settle it earlier, or raise the timeout (30 minutes by default, in milliseconds): consumer_timeout in "
        + "rabbitmq.conf; from RabbitMQ 3.12 on also x-consumer-timeout as a queue argument or consumer-timeout in a "
        + "policy; from 4.3 on, where only quorum queues have it, also x-consumer-timeout as a consumer argument"
}
