internal import Logging
internal import NIOCore

/// Knows user and password, or a token that expires.
public protocol CredentialsProvider: Sendable {
    /// Asked before each login, and when four fifths of ``ExpiringCredentials/validFor`` have passed; then the server is
    /// told with `connection.update-secret`.
    func credentials() async throws -> ExpiringCredentials
}

public struct ExpiringCredentials: Sendable, Equatable {
    public var credentials: Credentials
    /// `nil` if they do not expire.
    public var validFor: Duration?

    public init(_ credentials: Credentials, validFor: Duration? = nil) {
        self.credentials = credentials
        self.validFor = validFor
    }
}

extension CredentialsProvider {
    /// The provider's answer, if it comes in time.
    func answer(deadline: NIODeadline, on eventLoop: any EventLoop) async throws(AMQPError) -> ExpiringCredentials {
        let waiter = Waiter<ExpiringCredentials>()
        let asking = Task {
            do {
                waiter.resolve(.success(try await credentials()))
            } catch {
                waiter.resolve(
                    .failure(AMQPError(.connectFailed, "the credentials provider failed: \(error)")))
            }
        }
        let overdue = eventLoop.scheduleTask(deadline: deadline) {
            waiter.resolve(.failure(AMQPError(.timeout, "the credentials provider did not answer in time")))
        }
        defer {
            asking.cancel()
            overdue.cancel()
        }
        return try await waiter.value()
    }
}

// A password or token that changes while the connection is open.
extension AMQPConnection {
    /// `connection.update-secret`: tells the server the new password or token before the old one expires.
    ///
    /// - Parameter reason: For the server's log.
    public func updateSecret(_ secret: String, reason: String = "renewed") async throws(AMQPError) {
        _ = try await usableConnection()
        let update = ConnectionUpdateSecret(newSecret: LongString(Array(secret.utf8)), reason: reason)
        let needsFlush = try outbox.send(update, on: .connection)
        let answer = calls.append(
            ConnectionUpdateSecret.id, replies: [ConnectionUpdateSecretOk.id],
            deadline: .now() + TimeAmount(options.rpcTimeout))
        if needsFlush { requestFlush() }
        _ = try await answer.value()
        tell(.secretUpdated)
    }

    func renewSecretInTime() {
        secretRenewal?.cancel()
        guard let provider = options.credentialsProvider, let validFor = secretValidity else { return }
        secretRenewal = Task { [weak self] in
            var validFor = validFor
            while true {
                guard (try? await Task.sleep(for: validFor * 0.8)) != nil, let self else { return }
                do throws(AMQPError) {
                    let deadline = NIODeadline.now() + TimeAmount(max(validFor * 0.2, .milliseconds(100)))
                    let renewed = try await provider.answer(deadline: deadline, on: self.eventLoop)
                    try await self.updateSecret(renewed.credentials.password)
                    guard let next = renewed.validFor else { return }
                    validFor = next
                } catch {
                    if Task.isCancelled { return }
                    // The server closes the connection when the old one expires; recovery then asks again.
                    await self.secretNotRenewed(error)
                    validFor = max(validFor * 0.2, .seconds(1))
                }
            }
        }
    }

    private func secretNotRenewed(_ error: AMQPError) {
        logger.debug("the secret was not renewed", metadata: [LogKey.error: "\(error)"])
        tell(.secretNotUpdated(error))
    }
}
