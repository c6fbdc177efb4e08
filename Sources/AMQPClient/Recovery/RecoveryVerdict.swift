internal import NIOCore

/// Whether trying again can help.
enum RecoveryVerdict: Equatable {
    case retry
    case giveUp

    /// After the loss of an open connection.
    static func onLoss(_ error: AMQPError, credentialsCanChange: Bool) -> RecoveryVerdict {
        switch error.reply?.code {
        // Our own dead connections count towards a limit until the broker notices.
        case 530 where error.reply?.text.contains("limit") == true: .retry
        case 402, 403, 530: credentialsCanChange ? .retry : .giveUp
        case 540: .giveUp
        default: .retry
        }
    }

    /// After an attempt to connect that failed.
    static func onAttempt(_ error: AMQPError, credentialsCanChange: Bool) -> RecoveryVerdict {
        switch error.code {
        // Without a word from the broker it is only a socket that was closed during login.
        case .authenticationFailed: credentialsCanChange || error.reply == nil ? .retry : .giveUp
        case .virtualHostRefused, .unsupported, .invalidArgument, .invalidURI, .cancelled: .giveUp
        default: onLoss(error, credentialsCanChange: credentialsCanChange)
        }
    }

    /// After the broker refused to restore something on a channel: it may be another connection's for a while (405), or
    /// on a node that is down.
    static func isTransient(_ error: AMQPError) -> Bool {
        guard let reply = error.reply else { return false }
        switch reply.code {
        case 405, 541: return true
        // "no queue 'q' in vhost '/'" is the only one that is final. The others: "home node … is down or inaccessible",
        // "… process is stopped by supervisor", "… has crashed and failed to restart", "failed to perform operation …".
        case 404: return !reply.text.hasPrefix("NOT_FOUND - no ")
        default: return false
        }
    }
}

extension AMQPError {
    /// A node that is drained says so; it comes back later, others are there now.
    package var isMaintenance: Bool { reply?.code == 320 && reply?.text.contains("maintenance") == true }

    /// A fault that our own frames may have caused, so that doing the same again may cause it again.
    fileprivate var mayBeOurFault: Bool {
        if code == .malformedFrame { return true }
        guard let reply else { return false }
        return reply.code != 320 && code != .authenticationFailed
    }
}

/// Ends the loop of connecting, doing what the broker closes connections for, and connecting again.
struct RecoveryBreaker {
    private var faults: [NIODeadline] = []

    static let limit = 3
    static let period = TimeAmount.seconds(60)

    /// - Returns: Whether this fault is one too many.
    mutating func trips(_ error: AMQPError, now: NIODeadline) -> Bool {
        guard error.mayBeOurFault else { return false }
        faults.removeAll { now - $0 > Self.period }
        faults.append(now)
        return faults.count > Self.limit
    }
}
