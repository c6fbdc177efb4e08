import Testing

@testable import AMQPClient

@Suite struct TopologyTests {
    private func exchange(
        _ name: String,
        type: String = "direct",
        durable: Bool = true,
        autoDelete: Bool = false
    ) -> ExchangeDeclare {
        ExchangeDeclare(exchange: name, type: type, durable: durable, autoDelete: autoDelete)
    }

    private func queue(
        _ name: String,
        durable: Bool = true,
        exclusive: Bool = false,
        autoDelete: Bool = false,
        arguments: FieldTable = [:]
    ) -> QueueDeclare {
        QueueDeclare(
            queue: name, durable: durable, exclusive: exclusive, autoDelete: autoDelete, arguments: arguments)
    }

    private func bind(
        _ queue: String,
        _ exchange: String,
        _ key: String = "",
        _ arguments: FieldTable = [:]
    ) -> QueueBind {
        QueueBind(queue: queue, exchange: exchange, routingKey: key, arguments: arguments)
    }

    private func link(_ destination: String, _ source: String, _ key: String = "") -> ExchangeBind {
        ExchangeBind(destination: destination, source: source, routingKey: key)
    }

    /// Everything that would be declared again, in words, in the order in which it would be.
    private func plan(_ topology: Topology, _ scope: TopologyScope = .all) -> [String] {
        topology.exchanges(scope).map { "exchange \($0.exchange)" }
            + topology.queues(scope).map { "queue \($0.name)" }
            + topology.exchangeBindings(scope).map { "\($0.destination) < \($0.source) \($0.routingKey)" }
            + topology.queueBindings(scope).map { "\($0.queue) <- \($0.exchange) \($0.routingKey)" }
    }

    private func topology(
        exchanges: [ExchangeDeclare] = [],
        queues: [QueueDeclare] = [],
        exchangeBindings: [ExchangeBind] = [],
        queueBindings: [QueueBind] = []
    ) -> Topology {
        var topology = Topology()
        for exchange in exchanges { topology.record(exchange) }
        for queue in queues { topology.record(queue, name: queue.queue) }
        for bind in exchangeBindings { topology.record(bind) }
        for bind in queueBindings { topology.record(bind) }
        return topology
    }

    // MARK: Recording

    @Test func theOrderOfDeclarationIsKept() {
        let names = (0..<50).map { "\($0 * 37 % 50)" }
        var topology = Topology()
        for name in names {
            topology.record(queue("q" + name), name: "q" + name)
            topology.record(exchange("e" + name))
            topology.record(bind("q" + name, "e" + name))
            topology.record(link("e" + name, "e" + (names.first ?? "")))
        }
        #expect(topology.exchanges(.all).map(\.exchange) == names.map { "e" + $0 })
        #expect(topology.queues(.all).map(\.name) == names.map { "q" + $0 })
        #expect(topology.queueBindings(.all).map(\.queue) == names.map { "q" + $0 })
        #expect(topology.exchangeBindings(.all).map(\.destination) == names.map { "e" + $0 })
    }

    @Test func passiveDeclarationsAreNotRecorded() {
        var topology = topology(queues: [queue("known", exclusive: true)])
        topology.record(ExchangeDeclare(exchange: "e", passive: true))
        topology.record(QueueDeclare(queue: "q", passive: true), name: "q")
        topology.record(QueueDeclare(queue: "known", passive: true), name: "known")
        #expect(plan(topology) == ["queue known"])
        #expect(topology.queues(.all).first?.queue.declare.exclusive == true)
    }

    @Test(arguments: [("", false), ("amq.direct", false), ("amq.mine", false), ("amqp", true), ("amq", true)])
    func theServersOwnExchangesAreNotRecorded(_ name: String, _ isRecorded: Bool) {
        let topology = topology(exchanges: [exchange(name)])
        #expect(topology.exchanges(.all).map(\.exchange) == (isRecorded ? [name] : []))
    }

    @Test func bindingsToTheServersOwnExchangesAre() {
        let topology = topology(queues: [queue("q")], queueBindings: [bind("q", "amq.topic", "#")])
        #expect(plan(topology) == ["queue q", "q <- amq.topic #"])
    }

    @Test func aDeclarationOnceMoreReplacesTheFirstAndKeepsItsBindings() {
        var topology = topology(
            exchanges: [exchange("e"), exchange("f")], queues: [queue("q"), queue("r")],
            queueBindings: [bind("q", "e", "k"), bind("r", "e")])
        topology.record(exchange("e", type: "topic"))
        topology.record(queue("q", arguments: ["x-expires": 1000]), name: "q")
        topology.record(bind("q", "e", "k"))
        #expect(
            plan(topology) == ["exchange f", "exchange e", "queue r", "queue q", "r <- e ", "q <- e k"],
            "each once, and where it was declared last")
        #expect(topology.exchanges(.all).last?.type == "topic")
        #expect(topology.queues(.all).last?.queue.declare.arguments == ["x-expires": 1000])
    }

    @Test func bindingsDifferByKeyAndArguments() {
        let binds = [
            bind("q", "e"), bind("q", "e", "k"), bind("q", "e", "", ["x-match": "all"]),
            bind("q", "e", "", ["x-match": "any"]),
        ]
        var topology = topology(queueBindings: binds)
        #expect(topology.queueBindings(.all) == binds)
        topology.forget(binds[2])
        #expect(topology.queueBindings(.all) == [binds[0], binds[1], binds[3]])
    }

    // MARK: Names that the server gives

    @Test func aQueueThatTheServerNamedIsDeclaredWithoutAName() throws {
        var topology = Topology()
        topology.record(queue("", exclusive: true), name: "amq.gen-1")
        topology.record(queue("mine"), name: "mine")
        let queues = topology.queues(.all)
        #expect(queues.map(\.name) == ["amq.gen-1", "mine"])
        #expect(queues.map(\.queue.isServerNamed) == [true, false])
        #expect(try #require(queues.first).queue.declare.queue.isEmpty)
    }

    @Test func aNewNameTakesPlaceAndBindingsOfTheOldOne() {
        var topology = Topology()
        topology.record(queue("first"), name: "first")
        topology.record(queue("", exclusive: true), name: "amq.gen-1")
        topology.record(queue("last"), name: "last")
        for bind in [bind("amq.gen-1", "e", "a"), bind("first", "e", "b"), bind("amq.gen-1", "f", "c")] {
            topology.record(bind)
        }
        topology.renameQueue("amq.gen-1", to: "amq.gen-2")
        #expect(
            plan(topology) == [
                "queue first", "queue amq.gen-2", "queue last", "amq.gen-2 <- e a", "first <- e b", "amq.gen-2 <- f c",
            ])
        #expect(topology.queues(.all).map(\.queue.isServerNamed) == [false, true, false])

        topology.renameQueue("amq.gen-2", to: "amq.gen-2")
        topology.renameQueue("amq.gen-1", to: "amq.gen-3")
        #expect(plan(topology).contains("queue amq.gen-2"), "the old name means nothing any more")
        topology.forgetQueue("amq.gen-2")
        #expect(plan(topology) == ["queue first", "queue last", "first <- e b"])
    }

    // MARK: Forgetting

    @Test func aDeletedQueueTakesItsBindingsAlong() {
        var topology = topology(
            exchanges: [exchange("e")], queues: [queue("q"), queue("r")],
            queueBindings: [bind("q", "e", "1"), bind("r", "e", "2"), bind("q", "amq.fanout")])
        topology.forgetQueue("q")
        #expect(plan(topology) == ["exchange e", "queue r", "r <- e 2"])
        topology.forgetQueue("never declared")
        #expect(plan(topology) == ["exchange e", "queue r", "r <- e 2"])
    }

    @Test func aDeletedExchangeTakesItsBindingsAlongOnBothSides() {
        var topology = topology(
            exchanges: [exchange("e"), exchange("f")], queues: [queue("q")],
            exchangeBindings: [link("e", "f"), link("f", "e"), link("f", "f")],
            queueBindings: [bind("q", "e"), bind("q", "f")])
        topology.forgetExchange("e")
        #expect(plan(topology) == ["exchange f", "queue q", "f < f ", "q <- f "])
    }

    @Test func anUnboundBindingIsForgottenAndNothingElse() {
        var topology = topology(
            exchanges: [exchange("e"), exchange("f")], queues: [queue("q")], exchangeBindings: [link("f", "e")],
            queueBindings: [bind("q", "e", "1"), bind("q", "e", "2")])
        topology.forget(bind("q", "e", "1"))
        topology.forget(link("f", "e"))
        #expect(plan(topology) == ["exchange e", "exchange f", "queue q", "q <- e 2"])
    }

    @Test func anAutoDeletedExchangeGoesWithItsLastBinding() {
        var topology = topology(
            exchanges: [exchange("auto", autoDelete: true), exchange("e")], queues: [queue("q")],
            exchangeBindings: [link("e", "auto")], queueBindings: [bind("q", "auto", "1"), bind("q", "auto", "2")])
        topology.forget(bind("q", "auto", "1"))
        topology.forget(link("e", "auto"))
        #expect(plan(topology) == ["exchange auto", "exchange e", "queue q", "q <- auto 2"])
        topology.forget(bind("q", "auto", "2"))
        #expect(plan(topology) == ["exchange e", "queue q"])
    }

    @Test func anAutoDeletedExchangeThatWasNeverBoundStays() {
        var topology = topology(exchanges: [exchange("auto", autoDelete: true)], queues: [queue("q")])
        topology.forgetQueue("q")
        #expect(plan(topology) == ["exchange auto"])
    }

    /// The server takes it and does nothing; other connections may have bound the exchange.
    @Test func unbindingWhatWasNotBoundDropsNothing() {
        var topology = topology(exchanges: [exchange("auto", autoDelete: true)], queues: [queue("q")])
        topology.forget(bind("q", "auto"))
        topology.forget(link("e", "auto"))
        #expect(plan(topology) == ["exchange auto", "queue q"])
    }

    @Test func anAutoDeletedExchangeGoesWithItsLastQueue() {
        var topology = topology(
            exchanges: [exchange("auto", autoDelete: true)], queues: [queue("q"), queue("r")],
            queueBindings: [bind("q", "auto"), bind("r", "auto")])
        topology.forgetQueue("q")
        #expect(plan(topology) == ["exchange auto", "queue r", "r <- auto "])
        topology.forgetQueue("r")
        #expect(plan(topology).isEmpty)
    }

    @Test func anAutoDeletedExchangeIsNotHeldByBindingsThatLeadToIt() {
        var topology = topology(
            exchanges: [exchange("e"), exchange("auto", autoDelete: true)], queues: [queue("q")],
            exchangeBindings: [link("auto", "e")], queueBindings: [bind("q", "auto")])
        topology.forget(bind("q", "auto"))
        #expect(plan(topology) == ["exchange e", "queue q"])
    }

    /// a → b → c → q, all three of them auto-deleted.
    @Test func autoDeletedExchangesGoOneAfterTheOther() {
        let chain = topology(
            exchanges: ["a", "b", "c"].map { exchange($0, autoDelete: true) }, queues: [queue("q")],
            exchangeBindings: [link("b", "a"), link("c", "b")], queueBindings: [bind("q", "c")])
        var topology = chain
        topology.forgetQueue("q")
        #expect(plan(topology).isEmpty)

        topology = chain
        topology.forget(link("c", "b"))
        #expect(plan(topology) == ["exchange c", "queue q", "q <- c "])

        topology = chain
        topology.forgetExchange("b")
        #expect(plan(topology) == ["exchange c", "queue q", "q <- c "])
    }

    @Test func aCircleOfAutoDeletedExchangesEnds() {
        var topology = topology(
            exchanges: ["a", "b"].map { exchange($0, autoDelete: true) }, queues: [queue("q")],
            exchangeBindings: [link("a", "b"), link("b", "a"), link("a", "a")], queueBindings: [bind("q", "a")])
        topology.forgetExchange("a")
        #expect(plan(topology) == ["queue q"])
    }

    @Test func anAutoDeletedQueueGoesWithItsLastConsumer() {
        var topology = topology(
            exchanges: [exchange("auto", autoDelete: true)],
            queues: [queue("lasting"), queue("auto", autoDelete: true)],
            queueBindings: [bind("auto", "auto"), bind("auto", "amq.topic"), bind("lasting", "amq.topic")])
        topology.lastConsumerEnded(of: "lasting")
        topology.lastConsumerEnded(of: "never declared")
        #expect(topology.queues(.all).map(\.name) == ["lasting", "auto"])
        topology.lastConsumerEnded(of: "auto")
        #expect(plan(topology) == ["queue lasting", "lasting <- amq.topic "])
    }

    @Test func whatIsDeclaredAgainAfterItsEndIsRecordedAgain() {
        var topology = topology(queues: [queue("q"), queue("r")], queueBindings: [bind("q", "e")])
        topology.forgetQueue("q")
        topology.record(queue("q"), name: "q")
        #expect(plan(topology) == ["queue r", "queue q"], "without the bindings that it had before")
    }

    // MARK: Forgetting what the broker closed the connection for

    @Test func anEntityIsForgottenByItsName() {
        var topology = topology(
            exchanges: [exchange("e"), exchange("f"), exchange("g")], queues: [queue("q"), queue("r"), queue("s")],
            exchangeBindings: [link("f", "e", "1"), link("f", "e", "2"), link("g", "f")],
            queueBindings: [bind("q", "e", "1"), bind("q", "e", "2"), bind("r", "f", "1"), bind("s", "g")])
        topology.forget(.queueBinding(queue: "q", exchange: "e", routingKey: "1", arguments: [:]))
        topology.forget(.exchangeBinding(destination: "f", source: "e", routingKey: "2", arguments: [:]))
        topology.forget(.exchange("g"))
        topology.forget(.queue("r"))
        #expect(
            plan(topology) == ["exchange e", "exchange f", "queue q", "queue s", "f < e 1", "q <- e 2"])
    }

    @Test(arguments: [
        TopologyEntity.consumer(tag: "c1", queue: "q"), .channel(1), .queue("x"), .exchange("x"),
        .queueBinding(queue: "q", exchange: "e", routingKey: "other", arguments: [:]),
        .exchangeBinding(destination: "q", source: "e", routingKey: "", arguments: [:]),
    ])
    func anEntityThatIsNotRecordedCostsNothing(_ entity: TopologyEntity) {
        var topology = topology(
            exchanges: [exchange("e", autoDelete: true)], queues: [queue("q")], queueBindings: [bind("q", "e")])
        topology.forget(entity)
        #expect(plan(topology) == ["exchange e", "queue q", "q <- e "])
    }

    // MARK: Scope

    private var mixed: Topology {
        topology(
            exchanges: [
                exchange("lasting"), exchange("transient", durable: false), exchange("auto", autoDelete: true),
            ],
            queues: [
                queue("lasting"), queue("transient", durable: false), queue("exclusive", exclusive: true),
                queue("auto", autoDelete: true),
            ],
            exchangeBindings: [
                link("lasting", "lasting"), link("transient", "lasting"), link("lasting", "auto"),
                link("lasting", "amq.topic"),
            ],
            queueBindings: [
                bind("lasting", "lasting"), bind("lasting", "transient"), bind("lasting", "auto"),
                bind("exclusive", "lasting"), bind("exclusive", "amq.topic"), bind("lasting", "amq.topic"),
                bind("another connection's", "transient"), bind("another connection's", "lasting"),
            ])
    }

    @Test func onlyWhatCannotHaveSurvived() {
        #expect(
            plan(mixed, .transientOnly) == [
                "exchange transient", "exchange auto", "queue transient", "queue exclusive", "queue auto",
                "transient < lasting ", "lasting < auto ", "lasting <- transient ", "lasting <- auto ",
                "exclusive <- lasting ", "exclusive <- amq.topic ", "another connection's <- transient ",
            ])
    }

    @Test func everythingOrNothing() {
        #expect(plan(mixed, .all).count == 3 + 4 + 4 + 8)
        #expect(plan(mixed, .none).isEmpty)
    }

    /// The scope says what is declared, not what is remembered.
    @Test func scopesSeeThePresent() {
        var topology = mixed
        topology.renameQueue("exclusive", to: "amq.gen-1")
        topology.forgetExchange("transient")
        #expect(
            plan(topology, .transientOnly) == [
                "exchange auto", "queue transient", "queue amq.gen-1", "queue auto", "lasting < auto ",
                "lasting <- auto ", "amq.gen-1 <- lasting ", "amq.gen-1 <- amq.topic ",
            ])
    }
}
