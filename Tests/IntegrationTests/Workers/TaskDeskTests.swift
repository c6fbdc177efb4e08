import Logging
import NIOCore
import Testing

@testable import AMQPClient
@testable import Warren

/// What is refused at the desk, because the pool is closing.
@Suite(.timeLimit(.minutes(2))) struct TaskDeskTests {
    /// A channel that never had a socket; what would be written stays in its outbox.
    private let connection = AMQPConnection(addresses: [], options: .init(), logger: TestLog.logger)

    private func epoch(_ number: UInt16) -> ChannelEpoch {
        let epoch = ChannelEpoch(
            connection: connection, channel: ChannelKey(number: number, id: UInt64(number)), serial: UInt64(number))
        connection.outbox.open(epoch)
        return epoch
    }

    /// As when its channel is restored: that life of it is over.
    private func end(_ epoch: ChannelEpoch) {
        connection.outbox.suspend(epoch.channel, lastly: nil, because: .interrupted)
        epoch.end.resolve(.failure(.interrupted))
    }

    private func delivery(_ tag: UInt64, _ epoch: ChannelEpoch) -> Delivery {
        Delivery(
            body: ByteBuffer(), properties: .persistent, exchange: "", routingKey: "q", redelivered: false,
            deliveryTag: tag, consumerTag: "c", needsSettling: true, epoch: epoch)
    }

    private func closedDesk() -> TaskDesk {
        let desk = TaskDesk(
            queue: "q", options: .init(concurrency: 10), logger: TestLog.logger, onEvent: { _ in },
            handler: { _, _ in Issue.record("a task was begun") }, stop: StopSignal())
        desk.close()
        return desk
    }

    @Test func aDeliveryWhoseLeaseHasEndedIsNotKept() async {
        let (desk, living, dead) = (closedDesk(), epoch(1), epoch(2))
        end(dead)
        weak var kept: Delivery?
        weak var dropped: Delivery?
        do {
            let (first, second) = (delivery(1, living), delivery(1, dead))
            (kept, dropped) = (first, second)
            for delivery in [first, second] {
                await desk.waitForRoom()
                await desk.work(on: delivery)
            }
        }
        #expect(kept != nil && dropped == nil)
        #expect(desk.seen == 2 && desk.taken == 0, "both have come here")
        desk.giveBackRefused(and: [])
        #expect(desk.summary.givenBack == 1 && kept == nil)
    }

    @Test func onlyWhatIsStillLeasedIsGivenBack() async throws {
        let (desk, living, ending) = (closedDesk(), epoch(1), epoch(2))
        for delivery in [delivery(1, living), delivery(2, ending)] {
            await desk.waitForRoom()
            await desk.work(on: delivery)
        }
        let more = [delivery(3, living), delivery(4, ending)]
        end(ending)
        #expect(connection.outbox.waitingBytes == 0)
        desk.giveBackRefused(and: more)
        #expect(desk.summary.givenBack == 2)
        var reader = FrameReader(frameMax: 131_072)
        reader.append(connection.outbox.takeBytes())
        var channels: [UInt16] = []
        while let frame = try reader.next() {
            channels.append(frame.channel)
            reader.drop(frame)
        }
        #expect(channels == [1, 1], "nothing is said about the others")
    }
}
