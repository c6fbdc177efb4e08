import AMQPClient
import Testing

@Suite struct BrokerAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var uri: String
        var host = "localhost"
        var port = 5672
        var user = "guest"
        var password = "guest"
        var virtualHost = "/"
        var testDescription: String { uri }
    }

    @Test(arguments: [
        Case(uri: "amqp://"),
        Case(uri: "amqp://host", host: "host"),
        Case(uri: "AMQP://host", host: "host"),
        Case(uri: "amqp://host:10000", host: "host", port: 10000),
        Case(uri: "amqp://:10000", port: 10000),
        Case(uri: "amqp://host:", host: "host"),
        Case(
            uri: "amqp://user:pass@host:10000/vhost", host: "host", port: 10000, user: "user", password: "pass",
            virtualHost: "vhost"),
        Case(uri: "amqp://user@host", host: "host", user: "user"),
        Case(uri: "amqp://user:@host", host: "host", user: "user", password: ""),
        Case(uri: "amqp://@host", host: "host", user: ""),
        Case(uri: "amqp://:@host", host: "host", user: "", password: ""),
        Case(
            uri: "amqp://u%61:p%40%3a%2F@h%6fst/v%2fhost", host: "host", user: "ua", password: "p@:/",
            virtualHost: "v/host"),
        Case(uri: "amqp://user:p:a:s@host", host: "host", user: "user", password: "p:a:s"),
        Case(uri: "amqp://host/", host: "host", virtualHost: ""),
        Case(uri: "amqp://host/%2f", host: "host", virtualHost: "/"),
        Case(uri: "amqp://host/%2F%2f", host: "host", virtualHost: "//"),
        Case(uri: "amqp://host/vhost?heartbeat=5", host: "host", virtualHost: "vhost"),
        Case(uri: "amqp:///vhost", virtualHost: "vhost"),
        Case(uri: "amqp://[::1]", host: "::1"),
        Case(uri: "amqp://[::1]:5673/v", host: "::1", port: 5673, virtualHost: "v"),
        Case(uri: "amqp://user:pass@[2001:db8::1]", host: "2001:db8::1", user: "user", password: "pass"),
        Case(uri: "amqp://us%C3%A9r@host", host: "host", user: "usér"),
    ])
    func accepts(_ expected: Case) throws {
        let address = try BrokerAddress(uri: expected.uri)
        #expect(address.host == expected.host)
        #expect(address.port == expected.port)
        #expect(address.credentials == Credentials(user: expected.user, password: expected.password))
        #expect(address.virtualHost == expected.virtualHost)
    }

    @Test(arguments: [
        "", "host", "localhost:5672", "http://host", "amqp:/host", "amqp://host:port", "amqp://host:0",
        "amqp://host:65536", "amqp://host:-1", "amqp://host/a/b", "amqp://host/%", "amqp://host/%2", "amqp://host/%xy",
        "amqp://us%zzer@host", "amqp://[::1", "amqp://[::1]x", "amqp://ho st", "amqp://host/v#frag", "amqp://%ff@host",
        "amqp://host?heartbeat=x", "amqp://host?heartbeat=70000", "amqp://host?heartbeat=-1", "amqp://host?unknown=1",
        "amqp://host?heartbeat",
    ])
    func refuses(_ uri: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: uri) }
        #expect(error?.code == .invalidURI)
    }

    @Test func queryParameters() throws {
        let address = try BrokerAddress(uri: "amqp://h?heartbeat=7&connection_timeout=1500&channel_max=9")
        #expect(address.heartbeat == 7 && address.connectionTimeout == 1500 && address.channelMax == 9)
    }

    @Test func noDescriptionHasThePassword() throws {
        let address = try BrokerAddress(uri: "amqp://user:S3cr3t@host")
        var dumped = ""
        dump(address, to: &dumped)
        for text in [dumped, "\(address)", String(reflecting: address), "\(address.credentials)"] {
            #expect(!text.contains("S3cr3t"))
        }
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqp://user:S3cr3t@host:port") }
        #expect(error?.description.contains("S3cr3t") == false)
    }
}
