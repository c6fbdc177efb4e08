internal import AMQPClient

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where message bodies come from.
struct BodySource: Sendable {
    private enum Origin: Sendable {
        case given([MessageBody])
        case standardInput
    }

    private let origin: Origin
    private let count: Int

    /// - Throws: ``CommandFailure`` if a file cannot be read.
    init(arguments: [String], files: [String], count: Int) throws {
        self.count = count
        if !files.isEmpty {
            origin = .given(try files.map(Self.read))
        } else if !arguments.isEmpty {
            origin = .given(arguments.map { MessageBody($0) })
        } else {
            origin = .standardInput
        }
    }

    var readsTerminal: Bool {
        if case .standardInput = origin { Console.standardInputIsTerminal } else { false }
    }

    /// How many bodies there are, if that is known beforehand.
    var total: Int? {
        guard case .given(let bodies) = origin else { return nil }
        let (total, overflow) = bodies.count.multipliedReportingOverflow(by: count)
        return overflow ? nil : total
    }

    /// Calls `body` with one after the other, until it returns false.
    ///
    /// Lines of standard input are read on a thread of their own, a few ahead: reading may block for ever.
    func forEach(_ body: (MessageBody) async throws -> Bool) async throws {
        switch origin {
        case .given(let bodies):
            for next in bodies {
                for _ in 0..<count where try await !body(next) { return }
            }
        case .standardInput:
            for await line in StandardInputLines() {
                for _ in 0..<count where try await !body(MessageBody(line)) { return }
            }
        }
    }

    private static func read(_ path: String) throws -> MessageBody {
        do {
            return MessageBody(Array(try Data(contentsOf: URL(filePath: path))))
        } catch {
            throw CommandFailure.notRun("cannot read the body from \(path): \(FileFailure.cause(of: error))")
        }
    }
}
