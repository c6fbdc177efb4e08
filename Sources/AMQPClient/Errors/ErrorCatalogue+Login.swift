extension ErrorCatalogue {
    /// Refusals of the handshake: `{address}`, `{user}` and `{virtualHost}` are what the client asked for.
    static let login: [CatalogueEntry] = [
        .init(
            .login, 403, "Login was refused using authentication mechanism EXTERNAL.{rest}",
            cause: "the server at {address} refused the client certificate, by SASL mechanism EXTERNAL",
            remedy: "Create a user with the certificate's name, which is its subject unless ssl_cert_login_from says "
                + "otherwise; the broker's log names it",
            error: .authenticationFailed),
        .init(
            .login, 403, "Login was refused using authentication mechanism {mechanism}.{rest}",
            cause: "the server at {address} refused user \"{user}\" or the password, by SASL mechanism {mechanism}",
            remedy: "Check both; RabbitMQ accepts guest from localhost only. The broker's log says more; rabbitmqctl "
                + "authenticate_user {user} tries a password there",
            error: .authenticationFailed),
        .init(
            .login, 403,
            cause: "the server at {address} refused user \"{user}\" or the password",
            remedy: "Check both; RabbitMQ accepts guest from localhost only", error: .authenticationFailed),
        .init(
            .login, 402,
            cause: "the server at {address} does not take \"{virtualHost}\" for a virtual host",
            remedy: "Check the path of the URI: amqp://host is \"/\", amqp://host/ is \"\"",
            error: .virtualHostRefused),
        .init(
            .login, 530, "vhost {vhost} not found",
            cause: "there is no virtual host \"{virtualHost}\" at {address}",
            remedy: "Check the path of the URI (amqp://host is \"/\", amqp://host/ is \"\", a / in a name is %2f), or "
                + "create it: rabbitmqctl add_vhost '{virtualHost}', then rabbitmqctl set_permissions -p "
                + "'{virtualHost}' '{user}' '.*' '.*' '.*'",
            error: .virtualHostRefused),
        .init(
            .login, 530, "access to vhost '{vhost}' refused for user '{user}'",
            cause: "user \"{user}\" may not use the virtual host \"{vhost}\" at {address}",
            remedy: "Let it: rabbitmqctl set_permissions -p '{vhost}' '{user}' '.*' '.*' '.*' (what it may configure, "
                + "write and read, as regular expressions)",
            error: .virtualHostRefused),
        .init(
            .login, 530, "access to vhost '{vhost}' refused for user '{user}': connection limit ({limit}) is reached",
            cause: "the virtual host \"{vhost}\" has as many connections as it may have, {limit}",
            remedy: "Close some, or raise the limit: rabbitmqctl set_vhost_limits -p '{vhost}' "
                + "'{\"max-connections\": N}'"),
        .init(
            .login, 530, "connection refused for user '{user}': user connection limit ({limit}) is reached",
            cause: "user \"{user}\" has as many connections as it may have, {limit}",
            remedy: "Close some, or raise the limit: rabbitmqctl set_user_limits '{user}' '{\"max-connections\": N}'"),
        .init(
            .login, 530, "connection refused: node connection limit ({limit}) is reached",
            cause: "the node at {address} has as many connections as it may have, {limit}",
            remedy: "Connect to another node, close some connections, or raise connection_max in rabbitmq.conf"),
        .init(
            .login, 530, "{what}limit{rest}",
            remedy: "Close connections, or raise the limit: rabbitmqctl set_vhost_limits and set_user_limits"),
        .init(
            .login, 530,
            cause: "the server at {address} refused the virtual host \"{virtualHost}\" to user \"{user}\": {text}",
            remedy: "Check the path of the URI (amqp://host is \"/\", amqp://host/ is \"\"), or create it with "
                + "rabbitmqctl add_vhost and set_permissions",
            error: .virtualHostRefused),
        .init(
            .login, 541, "access to vhost '{vhost}' refused for user '{user}': vhost '{other}' is down",
            cause: "the virtual host \"{vhost}\" is down on the node at {address}",
            remedy: "Connect to another node, or start it: rabbitmqctl restart_vhost -p '{vhost}'; the broker's log "
                + "says why it stopped"),
    ]
}
