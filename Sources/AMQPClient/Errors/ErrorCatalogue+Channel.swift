extension ErrorCatalogue {
    /// Refused, not found, locked.
    static let channel: [CatalogueEntry] = [
        // 403. RabbitMQ 3 does not say which permission; see AMQPError.channelClosed(by:for:).
        .init(
            .channel, 403,
            "{permission} access to topic '{key}' in exchange '{name}' in vhost '{vhost}' refused for user '{user}'",
            cause: "user '{user}' has no {permission} permission for the routing key '{key}' of exchange '{name}' in "
                + "virtual host '{vhost}'",
            remedy: "See what it has with rabbitmqctl list_topic_permissions -p '{vhost}', and change it with "
                + "rabbitmqctl set_topic_permissions -p '{vhost}' '{user}' '{name}' WRITE READ, two regular expressions"
        ),
        .init(
            .channel, 403,
            "access to topic '{key}' in exchange '{name}' in vhost '{vhost}' refused for user '{user}'",
            cause: "user '{user}' lacks a permission for the routing key '{key}' of exchange '{name}' in virtual host "
                + "'{vhost}'",
            remedy: "See what it has with rabbitmqctl list_topic_permissions -p '{vhost}', and change it with "
                + "rabbitmqctl set_topic_permissions -p '{vhost}' '{user}' '{name}' WRITE READ, two regular "
                + "expressions: to publish takes write, to bind takes read"),
        .init(
            .channel, 403,
            "{permission} access to {kind} '{name}' in vhost '{vhost}' refused for user '{user}'",
            cause: "user '{user}' has no {permission} permission for {kind} '{name}' in virtual host '{vhost}'",
            remedy: "See what it has with rabbitmqctl list_user_permissions '{user}', and change it with rabbitmqctl "
                + "set_permissions -p '{vhost}' '{user}' CONFIGURE WRITE READ: three regular expressions, of which the "
                + "one for {permission} has to match {name}"),
        .init(
            .channel, 403, "access to {kind} '{name}' in vhost '{vhost}' refused for user '{user}'",
            cause: "user '{user}' lacks a permission for {kind} '{name}' in virtual host '{vhost}'",
            remedy: "See what it has with rabbitmqctl list_user_permissions '{user}', and change it with rabbitmqctl "
                + "set_permissions -p '{vhost}' '{user}' CONFIGURE WRITE READ: three regular expressions. To declare "
                + "or delete takes configure; to publish, write; to consume, get or purge, read"),
        .init(
            .channel, 403, "{kind} '{name}' in vhost '{vhost}' in exclusive use",
            cause:
                "another consumer has {kind} '{name}' to itself, or there are others and this one wants it to itself",
            remedy: "Wait until it ends. If one at a time is what you want, declare the queue with "
                + "x-single-active-consumer and let all of them consume without exclusive"),
        .init(
            .channel, 403, "{kind} name '{name}' contains reserved prefix 'amq.*'",
            cause: "'{name}' cannot be the name of a new {kind}: what begins with amq. is the broker's",
            remedy: "Choose another name; for a queue the empty one lets the broker choose"),
        .init(
            .channel, 403, "operation not permitted on the default exchange",
            cause: "the default exchange cannot be declared, bound or deleted",
            remedy: "It routes to every queue by the queue's name; for anything else declare an exchange"),
        .init(
            .channel, 403, "cannot publish to internal {kind} '{name}' in vhost '{vhost}'",
            cause: "exchange '{name}' is internal: only other exchanges may publish to it",
            remedy: "Publish to one that is bound to it"),
        .init(
            .channel, 403, "deletion of system {kind} '{name}' in vhost '{vhost}' not allowed",
            cause: "{kind} '{name}' is the broker's own and cannot be deleted", remedy: "Leave it"),
        .init(
            .channel, 403,
            remedy: "Ask for the permission; rabbitmqctl set_permissions gives it on the broker's machine"),

        // 404.
        .init(
            .channel, 404, "no queue '{name}' in vhost '{vhost}'",
            cause: "there is no queue '{name}' in virtual host '{vhost}'",
            remedy: "Declare it first, or check its name and the virtual host"),
        .init(
            .channel, 404, "no exchange '{name}' in vhost '{vhost}'",
            cause: "there is no exchange '{name}' in virtual host '{vhost}'",
            remedy: "Declare it first, or check its name and the virtual host. What is published to a missing exchange "
                + "takes down its channel, and what else is published there with it"),
        .init(
            .channel, 404, "no previously declared queue",
            cause: "the name of the queue is empty, and no queue was declared on this channel",
            remedy: "Name the queue"),
        .init(
            .channel, 404, "home node '{node}' of durable {kind} '{name}' in vhost '{vhost}' is down or inaccessible",
            cause: "{kind} '{name}' is on node {node}, which is down or cannot be reached",
            remedy: "Start that node; its messages come back with it. A quorum queue outlives the loss of a node"),
        .init(
            .channel, 404, "{kind} '{name}' in vhost '{vhost}' process is stopped by supervisor",
            cause: "{kind} '{name}' has stopped inside the broker",
            remedy:
                "Its node may just be starting or stopping: try again. If it stays so, rabbitmqctl restart_vhost -p "
                + "'{vhost}', and the broker's log says why"),
        .init(
            .channel, 404, "{kind} '{name}' in vhost '{vhost}' has crashed and failed to restart",
            cause: "{kind} '{name}' has crashed inside the broker",
            remedy: "The broker's log says why; rabbitmqctl restart_vhost -p '{vhost}' tries again"),
        .init(
            .channel, 404, "failed to perform operation on {kind} '{name}' in vhost '{vhost}'{reason}",
            cause: "the broker could not reach {kind} '{name}'{reason}",
            remedy: "Its leader may just be moving: try again. rabbitmq-queues quorum_status shows its members"),
        .init(.channel, 404, remedy: "Declare it first, or check its name and the virtual host"),

        // 405.
        .init(
            .channel, 405,
            "cannot obtain exclusive access to locked {kind} '{name}' in vhost '{vhost}'.{rest}",
            cause: "{kind} '{name}' is exclusive to another connection",
            remedy: "Wait until that connection is gone (the broker notices a dead one after two to three heartbeats), "
                + "or use another name"),
        .init(
            .channel, 405,
            "cannot obtain access to locked {kind} '{name}' in vhost '{vhost}'. basic.get operations are not {rest}",
            cause: "{kind} '{name}' has a single active consumer, so nothing can be taken from it with basic.get",
            remedy: "Consume it"),
        .init(
            .channel, 405,
            remedy: "Somebody else has it to himself; wait until that connection is gone, or use "
                + "another name"),
    ]
}
