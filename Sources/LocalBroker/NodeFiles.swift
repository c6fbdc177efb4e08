#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a private broker needs on disk before it starts: settings, a start script per node, and a `rabbitmqctl` that
/// talks to it and no other.
struct NodeFiles {
    struct Ports {
        var amqp: Int
        var distribution: Int
        /// Of the management API, if it is to be there.
        var management: Int?
    }

    let directory: String
    let installation: RabbitMQInstallation
    let epmdPort: Int
    let ports: [Ports]
    let configuration: [String]
    let plugins: [String]

    static let loopback = "-kernel inet_dist_use_interface {127,0,0,1}"

    func write() throws {
        // The Erlang cookie is the password between nodes.
        try put(
            ".erlang.cookie", (0..<4).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 16) }.joined(), 0o400)
        // localhost is known without /etc/hosts or DNS.
        try put("inetrc", "{host, {127,0,0,1}, [\"localhost\"]}.\n{lookup, [file, native]}.\n", 0o600)
        try put("supervise.sh", String(decoding: PackageResources.supervise_sh, as: UTF8.self), 0o600)
        try put(
            "rabbitmqctl",
            """
            #!/bin/sh
            # Also as rabbitmq-diagnostics, rabbitmq-upgrade …: name the tool in TOOL. NODE chooses the node.
            \(environment)
            export RABBITMQ_CTL_ERL_ARGS='\(Self.loopback)'
            \(installation.entry) '\(installation.scripts)'/"${TOOL:-rabbitmqctl}" -n "${NODE:-warren1@localhost}" "$@"

            """, 0o700)
        try makePluginsDirectory()
        for (index, ports) in ports.enumerated() {
            let number = index + 1
            try FileManager.default.createDirectory(atPath: path("\(number)"), withIntermediateDirectories: true)
            try put("\(number)/rabbitmq.conf", settings(number, ports), 0o600)
            try put("\(number)/enabled_plugins", "[\(plugins.joined(separator: ","))].\n", 0o600)
            try put("\(number)/run", startScript(number, ports), 0o600)
        }
    }

    private func settings(_ number: Int, _ own: Ports) -> String {
        var lines = [
            "listeners.tcp.1 = 127.0.0.1:\(own.amqp)",
            "log.connection.level = error",
            "disk_free_limit.absolute = 50MB",
        ]
        if let management = own.management {
            lines += ["management.tcp.ip = 127.0.0.1", "management.tcp.port = \(management)"]
        }
        if number > 1 {
            // Node 1 is the seed; the supervisor starts the others when it is ready.
            lines += [
                "cluster_formation.peer_discovery_backend = classic_config",
                "cluster_formation.classic_config.nodes.1 = warren1@localhost",
                "cluster_formation.classic_config.nodes.2 = warren\(number)@localhost",
            ]
        }
        return (lines + configuration).joined(separator: "\n") + "\n"
    }

    private func startScript(_ number: Int, _ own: Ports) -> String {
        let node = path("\(number)")
        return """
            #!/bin/sh
            \(environment)
            export RABBITMQ_NODENAME=warren\(number)@localhost RABBITMQ_DIST_PORT=\(own.distribution)
            export RABBITMQ_MNESIA_BASE='\(node)' RABBITMQ_LOG_BASE='\(node)' RABBITMQ_PID_FILE='\(node)/rabbit.pid'
            export RABBITMQ_CONFIG_FILE='\(node)/rabbitmq.conf' RABBITMQ_ENABLED_PLUGINS_FILE='\(node)/enabled_plugins'
            export RABBITMQ_PLUGINS_DIR='\(path("plugins"))'
            # The name here too, or RabbitMQ would start an epmd of the machine's to find it out.
            export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='\(Self.loopback) -start_epmd false -sname warren\(number)@localhost \
              -kernel inet_dist_listen_min \(own.distribution) inet_dist_listen_max \(own.distribution)'
            # RabbitMQ's default, none, doubles the time to start where waking a thread is slow.
            export RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD=very_short
            # Or the start script would make the node a child, and signals would miss it.
            export RUNNING_UNDER_SYSTEMD=1
            \(installation.entry) '\(installation.scripts)/rabbitmq-server'

            """
    }

    /// Nothing of a RabbitMQ that the machine may run for itself is to be met.
    private var environment: String {
        """
        unset $(env | sed -n 's/^\\(RABBITMQ_[A-Z_]*\\)=.*/\\1/p')
        export HOME='\(directory)' ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=\(epmdPort)
        export ERL_INETRC='\(path("inetrc"))' RABBITMQ_CONF_ENV_FILE=/dev/null ERL_CRASH_DUMP_SECONDS=0 LC_ALL=C.UTF-8
        """
    }

    /// The broker's own applications without the plugins that nobody asked for: a node starts about a fifth faster.
    private func makePluginsDirectory() throws {
        let files = FileManager.default
        let installed = installation.scripts + "/../plugins"
        try files.createDirectory(atPath: path("plugins"), withIntermediateDirectories: true)
        let wanted = ["rabbitmq_prelaunch"] + plugins
        for name in try files.contentsOfDirectory(atPath: (installation.root ?? "") + installed)
        where !name.hasPrefix("rabbitmq_") || wanted.contains(where: { name.hasPrefix($0) }) {
            try files.createSymbolicLink(atPath: path("plugins/\(name)"), withDestinationPath: "\(installed)/\(name)")
        }
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func put(_ name: String, _ text: String, _ permissions: Int) throws {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path(name))
    }
}
