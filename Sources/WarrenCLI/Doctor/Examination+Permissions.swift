internal import AMQPClient

// What the user may do, tried with a queue that is exclusive to the connection and goes with it.
extension Examination {
    mutating func examinePermissions(_ connection: AMQPConnection) async {
        let queue = await examineConfigure(connection)
        await examineWrite(to: queue)
        guard let queue else { return }
        await examineRead(queue, connection)
        _ = try? await connection.openChannel().deleteQueue(queue)
    }

    /// - Returns: The name of the queue, which the server chose.
    private mutating func examineConfigure(_ connection: AMQPConnection) async -> String? {
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            let queue = try await channel.declareQueue(durable: false, exclusive: true, autoDelete: true).name
            try await channel.close()
            say(.configure, .ok, "the user may create queues, at least such as the server names")
            return queue
        } catch {
            sayRefusal(.configure, error)
            return nil
        }
    }

    private enum Answer {
        case outcome(PublishOutcome)
        case notSent(AMQPError)
        case blocked(String)
    }

    /// On a connection of its own: during an alarm the broker reads nothing more from it, not even its end, and would
    /// keep the queue of the other.
    private mutating func examineWrite(to queue: String?) async {
        let (alarms, alarm) = AsyncStream.makeStream(of: String.self)
        var options = options("warren doctor (publishing)")
        options.onEvent = { if case .blocked(let reason) = $0 { alarm.yield(reason) } }
        do throws(AMQPError) {
            let connection = try await AMQPConnection.connect(to: address, options: options, logger: logger)
            let publisher: Publisher
            do throws(AMQPError) {
                publisher = try await connection.makePublisher()
            } catch {
                await connection.close(timeout: .seconds(1))
                throw error
            }
            // Permission is asked for before the message is routed, so any name will do if there is no queue.
            let key = queue ?? "warren.doctor.\(UInt64.random(in: 0 ... .max))"
            var answer = await Self.publish(to: key, publisher, alarms)
            // The message that makes the broker say that it is blocked may still be confirmed.
            try? await Task.sleep(for: .milliseconds(50))
            if let reason = connection.blockedReason { answer = .blocked(reason) }
            report(answer, wasRoutable: queue != nil)
            await connection.close(timeout: .seconds(1))
        } catch {
            say(.write, error)
        }
    }

    private static func publish(
        to key: String,
        _ publisher: Publisher,
        _ alarms: AsyncStream<String>
    ) async -> Answer? {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask {
                for await reason in alarms { return .blocked(reason) }
                return nil
            }
            group.addTask {
                do throws(AMQPError) {
                    return .outcome(try await publisher.publish("warren doctor", routingKey: key))
                } catch {
                    return .notSent(error)
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    private mutating func report(_ answer: Answer?, wasRoutable: Bool) {
        switch answer {
        case .outcome(.confirmed):
            say(.write, .ok, "the user may publish to queues; the broker confirmed a message")
        case .outcome(.returned) where !wasRoutable:
            say(.write, .ok, "the user may publish to queues")
        case .outcome(.returned(let reason)):
            say(.write, .failed, reason.message, remedy: reason.remedy)
        case .outcome(.nacked):
            say(
                .write, .failed, "the broker refused a message, by basic.nack",
                remedy: "Its log says why: a fault inside, or a policy that limits all queues")
        case .outcome(.unknown(let error)), .notSent(let error):
            say(.write, error)
            // Without an answer nothing is known of alarms either.
            if error.reply == nil { return }
        case .blocked(let reason):
            say(
                .alarms, .failed, "the broker takes no messages: \(reason)",
                remedy:
                    "Free memory or disk space on its machine, or raise vm_memory_high_watermark or disk_free_limit; "
                    + "rabbitmq-diagnostics alarms names the node. Publishers wait until then, consumers go on")
            return
        case nil: return
        }
        say(.alarms, .ok, "none: publishing is not blocked")
    }

    private mutating func examineRead(_ queue: String, _ connection: AMQPConnection) async {
        do throws(AMQPError) {
            let channel = try await connection.openChannel()
            let delivery = try await channel.get(queue, acknowledgement: .none)
            try await channel.close()
            say(.read, .ok, "the user may consume" + (delivery == nil ? "" : "; the message came back"))
        } catch {
            sayRefusal(.read, error)
        }
    }

    /// The user's own queues have other names than the one that was tried, and may be allowed.
    private mutating func sayRefusal(_ subject: Check.Subject, _ error: AMQPError) {
        guard error.reply?.code == 403 else { return say(subject, error) }
        let user = address.credentials.user
        say(
            subject, .warning, error.message,
            remedy: "Other names may be allowed: see rabbitmqctl list_user_permissions '\(user)', and change it with "
                + "rabbitmqctl set_permissions -p '\(address.virtualHost)' '\(user)' CONFIGURE WRITE READ, three "
                + "regular expressions")
    }
}
