internal import AMQPClient

/// The end of a command that did not do what was asked.
struct CommandFailure: Error {
    /// Cause and remedy; never a password.
    var message: String
    var exitCode: Int32

    /// The work was begun and failed.
    static func failed(_ message: String) -> CommandFailure { CommandFailure(message: message, exitCode: 1) }

    /// Nothing was begun.
    static func notRun(_ message: String) -> CommandFailure { CommandFailure(message: message, exitCode: 2) }

    /// Not begun if no connection came about, failed otherwise.
    init(_ error: AMQPError) {
        let before: Set<AMQPError.Code> = [
            .invalidURI, .invalidArgument, .unsupported, .connectFailed, .authenticationFailed, .virtualHostRefused,
            .handshakeFailed,
        ]
        message = error.description
        exitCode = before.contains(error.code) ? 2 : 1
    }

    init(message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }
}
