import Testing

@testable import AMQPClient

@Suite struct BrokerAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var uri: String
        var host = "localhost"
        var port = 5672
        var user = "guest"
        var password = "guest"
        var virtualHost = "/"
        var isEncrypted = false
        var heartbeat: UInt16?
        var connectionTimeout: Int?
        var channelMax: UInt16?
        var testDescription: String { uri }
    }

    private func check(_ address: BrokerAddress, _ expected: Case) {
        #expect(address.host == expected.host)
        #expect(address.port == expected.port)
        #expect(address.credentials == Credentials(user: expected.user, password: expected.password))
        #expect(address.virtualHost == expected.virtualHost)
        #expect((address.tls != nil) == expected.isEncrypted)
        #expect(address.heartbeat == expected.heartbeat)
        #expect(address.connectionTimeout == expected.connectionTimeout)
        #expect(address.channelMax == expected.channelMax)
    }

    // MARK: Accepted

    /// Appendix A of RabbitMQ's URI specification.
    @Test(arguments: [
        Case(
            uri: "amqp://user:pass@host:10000/vhost", host: "host", port: 10000, user: "user", password: "pass",
            virtualHost: "vhost"),
        Case(
            uri: "amqp://user%61:%61pass@ho%61st:10000/v%2fhost", host: "hoast", port: 10000, user: "usera",
            password: "apass", virtualHost: "v/host"),
        Case(uri: "amqp://"),
        Case(uri: "amqp://:@/", user: "", password: "", virtualHost: ""),
        Case(uri: "amqp://user@", user: "user"),
        Case(uri: "amqp://user:pass@", user: "user", password: "pass"),
        Case(uri: "amqp://host", host: "host"),
        Case(uri: "amqp://:10000", port: 10000),
        Case(uri: "amqp:///vhost", virtualHost: "vhost"),
        Case(uri: "amqp://host/", host: "host", virtualHost: ""),
        Case(uri: "amqp://host/%2f", host: "host", virtualHost: "/"),
        Case(uri: "amqp://[::1]", host: "::1"),
    ])
    func theSpecificationsExamples(_ expected: Case) throws {
        check(try BrokerAddress(uri: expected.uri), expected)
    }

    /// What the Java client's tests accept besides those.
    @Test(arguments: [
        Case(
            uri: "aMQps://user%61:%61pass@host:10000/v%2fhost", host: "host", port: 10000, user: "usera",
            password: "apass", virtualHost: "v/host", isEncrypted: true),
        Case(uri: "amqp://host:100", host: "host", port: 100),
        Case(uri: "amqp://[::1]:100", host: "::1", port: 100),
        Case(uri: "amqp://host/blah", host: "host", virtualHost: "blah"),
        Case(uri: "amqp://host:100/blah", host: "host", port: 100, virtualHost: "blah"),
        Case(uri: "amqp://[::1]/blah", host: "::1", virtualHost: "blah"),
        Case(uri: "amqp://[::1]:100/blah", host: "::1", port: 100, virtualHost: "blah"),
        Case(uri: "amqp://user:pass@host", host: "host", user: "user", password: "pass"),
        Case(uri: "amqp://user:pass@[::1]", host: "::1", user: "user", password: "pass"),
        Case(uri: "amqp://user:pass@[::1]:100", host: "::1", port: 100, user: "user", password: "pass"),
        Case(uri: "amqp://host/vhost?", host: "host", virtualHost: "vhost"),
        Case(uri: "amqp://host/vhost?&", host: "host", virtualHost: "vhost"),
        Case(uri: "amqp://host/vhost?heartbeat=342", host: "host", virtualHost: "vhost", heartbeat: 342),
        Case(
            uri: "amqp://host/vhost?connection_timeout=442", host: "host", virtualHost: "vhost", connectionTimeout: 442),
        Case(uri: "amqp://host/vhost?channel_max=542", host: "host", virtualHost: "vhost", channelMax: 542),
        Case(
            uri: "amqp://user:pass@host:10000/vhost?heartbeat=342&connection_timeout=442&channel_max=542", host: "host",
            port: 10000, user: "user", password: "pass", virtualHost: "vhost", heartbeat: 342, connectionTimeout: 442,
            channelMax: 542),
    ])
    func whatTheJavaClientAccepts(_ expected: Case) throws {
        check(try BrokerAddress(uri: expected.uri), expected)
    }

    /// From the tests of the Go and .NET clients, and of our own making.
    @Test(arguments: [
        Case(uri: "AMQP://host", host: "host"),
        Case(uri: "amqp://host:", host: "host"),
        Case(uri: "amqp://host:1", host: "host", port: 1),
        Case(uri: "amqp://host:65535", host: "host", port: 65535),
        Case(uri: "amqp://host:05672", host: "host"),
        Case(uri: "amqp://user:pass@:100", port: 100, user: "user", password: "pass"),
        Case(uri: "amqp://:100/blah", port: 100, virtualHost: "blah"),
        Case(uri: "amqp://user:@host", host: "host", user: "user", password: ""),
        Case(uri: "amqp://:pass@host", host: "host", user: "", password: "pass"),
        Case(uri: "amqp://@host", host: "host", user: ""),
        Case(uri: "amqp://u:p%40%3a%2F%3F%23%25%20@h", host: "h", user: "u", password: "p@:/?#% "),
        Case(uri: "amqp://user:p:a:s@host", host: "host", user: "user", password: "p:a:s"),
        Case(uri: "amqp://u:!$&'()*+,;=-._~@h", host: "h", user: "u", password: "!$&'()*+,;=-._~"),
        Case(uri: "amqp://u+v:p+w@h/v+w", host: "h", user: "u+v", password: "p+w", virtualHost: "v+w"),
        Case(
            uri: "amqp://us%C3%A9r:%e2%82%ac@host/%F0%9F%90%B0", host: "host", user: "usér", password: "€",
            virtualHost: "🐰"),
        Case(uri: "amqp://host/%2F%2F", host: "host", virtualHost: "//"),
        Case(uri: "amqp://host/%2Fslash%2F", host: "host", virtualHost: "/slash/"),
        Case(uri: "amqp://host/foo%2f", host: "host", virtualHost: "foo/"),
        Case(uri: "amqp://host/a:b;c=d", host: "host", virtualHost: "a:b;c=d"),
        Case(uri: "amqp://192.168.1.1:1000/", host: "192.168.1.1", port: 1000, virtualHost: ""),
        Case(uri: "amqp://[2001:db8::1]", host: "2001:db8::1"),
        Case(uri: "amqp://[::ffff:10.0.0.1]:5673", host: "::ffff:10.0.0.1", port: 5673),
        Case(uri: "amqp://[fe80::1%25en0]", host: "fe80::1%en0"),
        Case(uri: "amqp://[::1]:", host: "::1"),
        Case(uri: "amqps://", port: 5671, isEncrypted: true),
        Case(uri: "amqps:///", port: 5671, virtualHost: "", isEncrypted: true),
        Case(uri: "amqps://host", host: "host", port: 5671, isEncrypted: true),
        Case(uri: "amqps://host:", host: "host", port: 5671, isEncrypted: true),
        Case(uri: "amqps://host:5672", host: "host", isEncrypted: true),
        Case(uri: "amqps://[::1]/v", host: "::1", port: 5671, virtualHost: "v", isEncrypted: true),
        Case(uri: "amqp://host:5671", host: "host", port: 5671),
        Case(uri: "amqp://?heartbeat=0", heartbeat: 0),
        Case(uri: "amqp://host?heartbeat=65535", host: "host", heartbeat: 65535),
        Case(uri: "amqp://host?heart%62eat=%37", host: "host", heartbeat: 7),
        Case(uri: "amqp://host?heartbeat=5&heartbeat=6", host: "host", heartbeat: 6),
        Case(uri: "amqp://host?connection_timeout=4294967295", host: "host", connectionTimeout: 4_294_967_295),
    ])
    func otherAddresses(_ expected: Case) throws {
        check(try BrokerAddress(uri: expected.uri), expected)
    }

    // MARK: Refused

    private static let refusedByOthers = [
        // The Java client's.
        "https://www.rabbitmq.com", "amqp://foo[::1]", "amqp://foo:[::1]", "amqp://[::1]foo", "amqp://foo%1",
        "amqp://foo%1x", "amqp://foo%xy", "amqp://user:pass@host:10000/vhost?heartbeat=not_an_integer",
        "amqp://user:pass@host:10000/vhost?heartbeat=-1",
        "amqp://user:pass@host:10000/vhost?connection_timeout=not_an_integer",
        "amqp://user:pass@host:10000/vhost?connection_timeout=-1",
        "amqp://user:pass@host:10000/vhost?channel_max=not_an_integer",
        "amqp://user:pass@host:10000/vhost?channel_max=-1",
        "amqp://user:pass@host:10000/vhost?heartbeat=342?connection_timeout=442",
        // Of the Erlang, .NET and Go clients.
        "amqp://foo:bar:baz", "amqp://foo:1000xyz", "amqp://foo:1000000", "amqp://foo/bar/baz", "amqps://foo%1",
        "AMQPS://foo%xy", "http://example.com/", "amqp://admin:PASSWORD@service/ -http_port=8080",
    ]

    private static let refusedHere = [
        "", " ", "host", "localhost:5672", "//host", "://host", "amqp:", "amqp:/host", "amqp:host", "amqpx://host",
        "amqp+ssl://host", "amqp://host:port", "amqp://host:0", "amqp://host:65536", "amqp://host:-1",
        "amqp://host:+1", "amqp://host:٣", "amqp://host:5\u{301}", "amqp://host/%", "amqp://host/%2", "amqp://host/%2g",
        "amqp://us%zzer@host", "amqp://u:p%@host", "amqp://host//", "amqp://host/a/", "amqp://::1", "amqp://[::1",
        "amqp://::1]", "amqp://[::1]x", "amqp://[::1]5672", "amqp://[::1]:x", "amqp://[]", "amqp://[]:5672",
        "amqp://[host]", "amqp://ho st", "amqp://host\n", "amqp://host\t/", "amqp://host/v#frag", "amqp://host#",
        "amqp://%ff@host", "amqp://host/%c3%28", "amqp://host?heartbeat=x", "amqp://host?heartbeat=70000",
        "amqp://host?heartbeat=+1", "amqp://host?heartbeat=1.5", "amqp://host?heartbeat", "amqp://host?heartbeat=",
        "amqp://host?channel_max=65536", "amqp://host?connection_timeout=4294967296", "amqp://host?heartbeat=%",
        "amqp://host?=1", "amqp://host?Heartbeat=1", "amqp://one,two", "amqp://one,amqp://two",
    ]

    @Test(arguments: refusedByOthers + refusedHere)
    func refuses(_ uri: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: uri) }
        #expect(error?.code == .invalidURI && error?.remedy != nil)
    }

    /// Java passes them over; here a mistyped parameter is not silently without effect.
    @Test(arguments: ["unknown_parameter", "unknown_parameter=value", "unknown%2fparameter=value", "heartbeat=342&a=b"])
    func unknownParametersAreRefused(_ query: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqps://host/vhost?" + query) }
        for known in ["heartbeat", "connection_timeout", "channel_max", "auth_mechanism", "cacertfile", "verify"] {
            #expect(error?.description.contains(known) == true)
        }
    }

    // MARK: TLS

    @Test func theTLSParameters() throws {
        let address = try BrokerAddress(
            uri: "amqps://host/v?cacertfile=/etc/ca.pem&certfile=/etc/my%20cert.pem&keyfile=key=1.pem&password=p%26q"
                + "&verify=verify_peer&server_name_indication=broker.example.com")
        var expected = TLSOptions()
        expected.authoritiesFile = "/etc/ca.pem"
        expected.certificateFile = "/etc/my cert.pem"
        expected.privateKeyFile = "key=1.pem"
        expected.privateKeyPassphrase = "p&q"
        expected.serverName = "broker.example.com"
        #expect(address.tls == expected)
        #expect(address.virtualHost == "v" && address.port == 5671)
    }

    @Test func encryptionIsVerifiedUnlessSaidOtherwise() throws {
        #expect(try BrokerAddress(uri: "amqps://host").tls == TLSOptions())
        #expect(TLSOptions().verification == .full)
        #expect(try BrokerAddress(uri: "amqps://host?verify=verify_peer").tls?.verification == .full)
        #expect(try BrokerAddress(uri: "amqps://host?verify=insecure_verify_none").tls?.verification == .insecureNone)
    }

    @Test func verifyNoneIsRefusedWithTheWayOut() {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqps://host?verify=verify_none") }
        #expect(error?.description.contains("verify=insecure_verify_none") == true)
    }

    @Test(arguments: ["verify=", "verify=none", "verify=VERIFY_PEER", "verify", "verify=verify_peer,verify_none"])
    func otherVerificationsAreRefused(_ query: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqps://host?" + query) }
        #expect(error?.code == .invalidURI)
    }

    @Test(arguments: [
        "cacertfile=ca.pem", "certfile=c.pem", "keyfile=k.pem", "password=p", "server_name_indication=n",
        "verify=verify_peer", "verify=insecure_verify_none", "heartbeat=5&verify=verify_peer",
    ])
    func parametersOfTLSNeedAMQPS(_ query: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqp://host?" + query) }
        #expect(error?.code == .invalidURI && error?.message.contains("amqps://") == true)
    }

    @Test(arguments: [
        ("auth_mechanism=plain", [SASLMechanism.plain]), ("auth_mechanism=PLAIN", [.plain]),
        ("auth_mechanism=external", [.external]),
        ("auth_mechanism=external&heartbeat=5&auth_mechanism=plain", [.external, .plain]),
    ])
    func mechanismsInTheOrderOfPreference(_ query: String, _ expected: [SASLMechanism]) throws {
        #expect(try BrokerAddress(uri: "amqp://host?" + query).mechanisms == expected)
    }

    @Test(arguments: ["auth_mechanism", "auth_mechanism=", "auth_mechanism=gssapi", "auth_mechanism=plain,external"])
    func otherMechanismsAreRefused(_ query: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: "amqp://host?" + query) }
        #expect(error?.code == .invalidURI)
    }

    @Test func withoutParametersEverythingIsLeftToTheOptions() throws {
        let address = try BrokerAddress(uri: "amqp://host")
        #expect(address.mechanisms == nil && address.heartbeat == nil)
        #expect(address.connectionTimeout == nil && address.channelMax == nil)
    }

    @Test func portsByDefault() {
        #expect(BrokerAddress().port == 5672 && BrokerAddress(tls: TLSOptions()).port == 5671)
        #expect(BrokerAddress(port: 1, tls: TLSOptions()).port == 1)
    }

    // MARK: Lists

    struct List: Sendable, CustomTestStringConvertible {
        var text: String
        var addresses: [String]
        var testDescription: String { text }
    }

    @Test(arguments: [
        List(text: "amqp://one", addresses: ["one:5672"]),
        List(text: "amqp://one,two", addresses: ["one:5672", "two:5672"]),
        List(text: "amqp://one:1,two,three:3", addresses: ["one:1", "two:5672", "three:3"]),
        List(text: "amqp://one,amqp://two:2", addresses: ["one:5672", "two:2"]),
        List(text: "amqp://one , amqp://two\n,\tamqp://three ", addresses: ["one:5672", "two:5672", "three:5672"]),
        List(text: "amqp://a,b:2,amqp://c:3,d", addresses: ["a:5672", "b:2", "c:3", "d:5672"]),
        List(text: "AMQP://a,AMQPS://b", addresses: ["a:5672", "b:5671"]),
        List(text: "amqps://a,b:1,[::1]", addresses: ["a:5671", "b:1", "[::1]:5671"]),
        List(text: "amqp://[::1],[::2]:2,[2001:db8::3]", addresses: ["[::1]:5672", "[::2]:2", "[2001:db8::3]:5672"]),
        List(text: "amqp://,amqp://two", addresses: ["localhost:5672", "two:5672"]),
        List(text: "amqp://:1,:2", addresses: ["localhost:1", "localhost:2"]),
        List(text: "amqp://amqp,amqps", addresses: ["amqp:5672", "amqps:5672"]),
        List(text: "amqp://same,same", addresses: ["same:5672", "same:5672"]),
    ])
    func lists(_ list: List) throws {
        #expect(try BrokerAddress.list(list.text).map(\.description) == list.addresses)
    }

    @Test func theHostsOfAURIShareEverythingElse() throws {
        let addresses = try BrokerAddress.list("amqps://u:p@one,two:2,[::1]/v?heartbeat=5&cacertfile=ca.pem")
        for (address, expected) in zip(addresses, [("one", 5671), ("two", 2), ("::1", 5671)]) {
            check(
                address,
                Case(
                    uri: "", host: expected.0, port: expected.1, user: "u", password: "p", virtualHost: "v",
                    isEncrypted: true, heartbeat: 5))
            #expect(address.tls?.authoritiesFile == "ca.pem")
        }
        #expect(addresses.count == 3)
    }

    @Test func theURIsOfAListShareNothing() throws {
        let addresses = try BrokerAddress.list("amqp://u:p@one,two/v?heartbeat=5,amqp://q@three")
        #expect(addresses.map(\.host) == ["one", "two", "three"])
        #expect(addresses.map(\.credentials.user) == ["u", "u", "q"])
        #expect(addresses.map(\.virtualHost) == ["v", "v", "/"])
        #expect(addresses.map(\.heartbeat) == [5, 5, nil])
    }

    @Test func commasThatSeparateNothing() throws {
        let password = try BrokerAddress.list("amqp://u:p,q@one,two/a,b,amqp://v:,@three")
        #expect(password.map(\.credentials.password) == ["p,q", "p,q", ","])
        #expect(password.map(\.host) == ["one", "two", "three"])
        #expect(password.map(\.virtualHost) == ["a,b", "a,b", "/"])
        let query = try BrokerAddress.list("amqps://one?cacertfile=/a,b.pem,amqps://two")
        #expect(query.map(\.tls?.authoritiesFile) == ["/a,b.pem", nil])
        #expect(try BrokerAddress(uri: "amqp://u:p,q@one").credentials.password == "p,q")
    }

    @Test(arguments: [
        "amqp://a,", "amqp://a,,b", "amqp://a,,amqp://b", "amqp://a,/v", "amqp://,a", "one,two", "one,amqp://two",
        "amqp://a,b:x", "amqp://a,http://b", "amqp://a b", "amqp://a, b", "amqp://a,[::1", "amqp://a,::1",
        "amqp://a,amqps://b?verify=verify_none", "amqp://a,amqp://b?unknown=1", "amqp://u:p@one,v:q@two",
    ])
    func listsThatAreRefused(_ text: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress.list(text) }
        #expect(error?.code == .invalidURI)
    }

    @Test(arguments: ["", " ", ",", " , ,"])
    func aListOfNothingIsNoBroker(_ text: String) throws {
        let none = try BrokerAddress.list(text)
        let error = #expect(throws: AMQPError.self) { try BrokerAddress.validate(none, .init()) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func encryptedAndPlainAddressesDoNotMix() throws {
        var options = AMQPConnection.Options()
        try BrokerAddress.validate(BrokerAddress.list("amqp://a,b,amqp://c"), options)
        try BrokerAddress.validate(BrokerAddress.list("amqps://a,b,amqps://c"), options)
        for text in ["amqps://a,amqp://b", "amqp://a,b,amqps://c"] {
            let mixed = try BrokerAddress.list(text)
            options.insecureAllowsMixedTransports = false
            let error = #expect(throws: AMQPError.self) { try BrokerAddress.validate(mixed, options) }
            #expect(error?.code == .invalidArgument && error?.remedy?.contains("amqps://") == true)
            options.insecureAllowsMixedTransports = true
            try BrokerAddress.validate(mixed, options)
        }
    }

    // MARK: Shown

    @Test(arguments: [
        ("amqp://user:S3cr3t@host", "host:5672"), ("amqps://user:S3cr3t@host", "host:5671"),
        ("amqp://user:S3cr3t@[2001:db8::1]:1", "[2001:db8::1]:1"),
        ("amqp://user:S3cr3t@host/v", "host:5672 (virtual host \"v\")"),
        ("amqp://user:S3cr3t@host/", "host:5672 (virtual host \"\")"), ("amqp://host/%2f", "host:5672"),
    ])
    func descriptions(_ uri: String, _ description: String) throws {
        #expect(try BrokerAddress(uri: uri).description == description)
    }

    @Test(arguments: ["one", "one:1", "127.0.0.1:5673", "[::1]", "[2001:db8::1]:1", "one,two:2,[::3]:3", ""])
    func aDescriptionIsAnAddressWithoutItsPassword(_ hosts: String) throws {
        let addresses = try BrokerAddress.list("amqp://user:S3cr3t@" + hosts)
        let again = try BrokerAddress.list("amqp://" + addresses.map(\.description).joined(separator: ","))
        #expect(again.map(\.host) == addresses.map(\.host) && again.map(\.port) == addresses.map(\.port))
        #expect(again.allSatisfy { $0.credentials == .guest })
    }

    @Test func noDescriptionHasAPasswordOrAPassphrase() throws {
        let address = try BrokerAddress(
            uri: "amqps://user:S3cr3t@host?certfile=c.pem&keyfile=k.pem&password=Passphr4se&auth_mechanism=plain")
        let tls = try #require(address.tls)
        #expect(tls.privateKeyPassphrase == "Passphr4se" && address.credentials.password == "S3cr3t")
        func dumped<Value>(_ value: Value) -> String {
            var text = ""
            dump(value, to: &text)
            return text
        }
        let texts = [
            "\(address)", String(reflecting: address), dumped(address), dumped([address]), "\([address])",
            String(reflecting: Optional(address)), "\(tls)", String(reflecting: tls), dumped(tls), "\([tls])",
            "\(address.credentials)", String(reflecting: address.credentials), dumped(address.credentials),
        ]
        for text in texts { #expect(!text.contains("S3cr3t") && !text.contains("Passphr4se")) }
        #expect("\(tls)".contains("k.pem"), "what is no secret is shown")
        #expect(!"\(TLSOptions())".contains("***"), "nor is one made up")
    }

    @Test(arguments: [
        "amqp://user:S3cr3t@host:port", "amqp://user:S3cr3t@host:S3cr3t", "amqp://user:S3cr3t%@host",
        "amqp://user:%ffS3cr3t@host", "amqp://user:S3cr3t@ho st", "amqp://user:S3cr3t#@host",
        "amqp://user:S3cr3t/@host", "amqp://user:x/S3cr3t@host", "amqp://user:x/S3cr3t/y@host",
        "amqp://user:?S3cr3t@host", "amqp://user:?S3cr3t=@host", "amqp://user:?x&S3cr3t=1@host",
        "amqp://user:S3cr3t@a,,b", "amqp://user:S3cr3t@[::1", "amqp://user:S3cr3t@host?unknown=S3cr3t",
        "amqps://user:S3cr3t@host?password=S3cr3t&unknown", "amqp://host?password=S3cr3t",
        "amqps://host?verify=S3cr3t", "amqp://host?heartbeat=S3cr3t", "amqp://host?auth_mechanism=S3cr3t",
        "user:S3cr3t@host", "user:S3cr3t@amqp://host", "amqp//user:S3cr3t@host", "amqp://a,user:S3cr3t@b:x",
    ])
    func noErrorQuotesThePassword(_ uri: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerAddress(uri: uri) }
        var dumped = ""
        dump(error, to: &dumped)
        for text in [dumped, error?.description ?? "", error?.remedy ?? "", String(reflecting: error)] {
            #expect(!text.contains("S3cr3t"))
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::1", true), ("2001:db8::1", true), ("host", false), ("127.0.0.1.example.com", false),
        ("1.2.3", false), ("", false),
    ])
    func addressesAndNamesAreToldApart(_ host: String, _ isIPAddress: Bool) {
        #expect(BrokerAddress(host: host).isIPAddress == isIPAddress)
    }
}
