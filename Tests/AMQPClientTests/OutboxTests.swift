import Logging
import NIOCore
import Testing

@testable import AMQPClient

@Suite struct OutboxTests {
    private let key = ChannelKey(number: 1, id: 7)
    private let epoch = Self.epoch(7)

    private static func epoch(_ serial: UInt64) -> ChannelEpoch {
        ChannelEpoch(
            connection: AMQPConnection(addresses: [], options: .init(), logger: Logger(label: "test")),
            channel: ChannelKey(number: 1, id: serial), serial: serial)
    }

    private func ack(_ number: UInt64) -> Outbox.Answer {
        .init(channel: 1, epoch: epoch.serial, number: number, multiple: false, nacked: false)
    }

    private func outbox(maximumBytes: Int = 1 << 20) -> Outbox {
        let outbox = Outbox(maximumBytes: maximumBytes)
        outbox.setFrameMax(131_072)
        outbox.open(epoch)
        return outbox
    }

    private func message(_ size: Int, _ properties: BasicProperties = .persistent) -> OutboundMessage {
        OutboundMessage(
            body: ByteBuffer(repeating: 1, count: size), exchange: "", routingKey: "q", mandatory: false,
            properties: properties)
    }

    private func publish(_ outbox: Outbox, _ size: Int = 1) throws -> Outbox.Step<Outbox.Admission> {
        try outbox.publish(
            message(size), on: key, confirmation: DeferredConfirmation(outbox: outbox),
            turn: .newcomer(timeout: .seconds(1)))
    }

    private func frames(_ outbox: Outbox) throws -> [(FrameKind, Int)] {
        var reader = FrameReader(frameMax: 131_072)
        reader.append(outbox.takeBytes())
        var frames: [(FrameKind, Int)] = []
        while let frame = try reader.next() {
            frames.append((frame.kind, frame.payloadSize))
            reader.drop(frame)
        }
        return frames
    }

    @Test func onlyTheFirstAppendAsksForAFlush() throws {
        let outbox = outbox()
        #expect(try publish(outbox).needsFlush)
        #expect(try !publish(outbox).needsFlush)
        #expect(try !outbox.send(BasicAck(deliveryTag: 1), on: key))
        _ = outbox.takeBytes()
        #expect(try publish(outbox).needsFlush)
    }

    @Test(arguments: [0, 1, 131_064, 131_065, 262_128, 262_129])
    func bodiesAreCutAtTheFrameLimit(_ size: Int) throws {
        let outbox = outbox()
        _ = try publish(outbox, size)
        let bodies = try frames(outbox).filter { $0.0 == .body }.map(\.1)
        #expect(bodies.reduce(0, +) == size)
        #expect(bodies.count == (size + 131_063) / 131_064)
    }

    @Test func whatCannotBeEncodedLeavesNothingBehind() throws {
        let outbox = outbox()
        let confirms = outbox.startConfirming(key, ledger: ConfirmLedger(window: 10))
        let bad = message(1, BasicProperties(headers: ["k": .bytes(Array(repeating: 0, count: 140_000))]))
        #expect(throws: AMQPError.self) {
            try outbox.publish(
                bad, on: key, confirmation: DeferredConfirmation(outbox: outbox),
                turn: .newcomer(timeout: .seconds(1)))
        }
        #expect(outbox.takeBytes().readableBytes == 0)
        _ = try publish(outbox)
        outbox.settle([ack(1)])
        #expect(outbox.tally(confirms).confirmed == 1, "the failed publish has no number")
    }

    @Test func nothingReachesTheWireOnAChannelThatEnded() throws {
        let outbox = outbox()
        outbox.close(key, lastly: ChannelCloseOk(), because: AMQPError(.channelClosed, "gone"))
        #expect(throws: AMQPError.self) { try outbox.send(BasicAck(deliveryTag: 1), on: key) }
        #expect(throws: AMQPError.self) { try publish(outbox) }
        // The number is in use again, by another epoch.
        outbox.open(Self.epoch(8))
        #expect(throws: AMQPError.self) { try outbox.send(BasicAck(deliveryTag: 1), on: key) }
        #expect(try !outbox.settle(BasicAck(deliveryTag: 1), of: epoch).value)
        #expect(try frames(outbox).count == 1, "close-ok and nothing else")
    }

    @Test func publishersWaitForRoom() async throws {
        let outbox = outbox(maximumBytes: 100)
        while case .accepted = try publish(outbox, 50).value {}
        guard case .wait(let waiter, _) = try publish(outbox, 50).value else { return #expect(Bool(false)) }
        #expect(!waiter.isResolved)
        _ = outbox.takeBytes()
        try await waiter.value()
        guard case .accepted = try publish(outbox, 50).value else { return #expect(Bool(false)) }
    }

    @Test func publishersWaitForTheWindowAndInTheirOrder() async throws {
        let outbox = outbox()
        _ = outbox.startConfirming(key, ledger: ConfirmLedger(window: 4))
        for _ in 0..<4 { _ = try publish(outbox) }
        guard case .wait(let first, _) = try publish(outbox).value,
            case .wait(let second, _) = try publish(outbox).value
        else { return #expect(Bool(false)) }
        outbox.settle([ack(1)])
        #expect(!first.isResolved, "one free place is not worth a wake-up")
        outbox.settle([ack(2)])
        #expect(first.isResolved && second.isResolved)
    }

    @Test func blockedPublishersWaitUntilTheirDeadline() async throws {
        let outbox = outbox()
        outbox.setBlocked("low on memory")
        guard case .wait(let waiter, let deadline) = try publish(outbox).value else { return #expect(Bool(false)) }
        outbox.expire(now: deadline - .milliseconds(1), confirmTimeout: .seconds(1))
        #expect(!waiter.isResolved)
        outbox.expire(now: deadline, confirmTimeout: .seconds(1))
        let error = await #expect(throws: AMQPError.self) { try await waiter.value() }
        #expect(error?.code == .blocked)
        // Settling goes on meanwhile.
        _ = try outbox.send(BasicAck(deliveryTag: 1), on: key)
        outbox.setBlocked(nil)
        guard case .accepted = try publish(outbox).value else { return #expect(Bool(false)) }
    }

    @Test func theEndFailsEverybodyWhoWaits() async throws {
        let outbox = outbox(maximumBytes: 1)
        let confirms = outbox.startConfirming(key, ledger: ConfirmLedger(window: 1))
        _ = try publish(outbox)
        guard case .wait(let waiter, _) = try publish(outbox).value else { return #expect(Bool(false)) }
        outbox.close(because: .closedByUs)
        await #expect(throws: AMQPError.closedByUs) { try await waiter.value() }
        #expect(outbox.tally(confirms).unknown == 1)
    }
}
