internal import ArgumentParser

#if canImport(Glibc)
    @preconcurrency internal import Glibc
#elseif canImport(Musl)
    @preconcurrency internal import Musl
#else
    internal import Darwin
#endif

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How a command talks: results to standard output, everything else to standard error.
struct OutputOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Every line of output is one JSON object.")
    var json = false

    @Flag(name: .long, help: "Nothing but results and errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Log what the client does to standard error; twice for every detail.")
    var verbose: Int
}

struct Console: Sendable {
    let json: Bool
    let quiet: Bool

    init(_ options: OutputOptions) {
        json = options.json
        quiet = options.quiet
    }

    /// A result: `value` as JSON, or `text`.
    func result(_ value: some Encodable, text: @autoclosure () -> String) {
        Self.standardOutput(json ? Self.encode(value) : text())
    }

    /// Something worth knowing that is not a result.
    func note(_ text: @autoclosure () -> String) {
        guard !quiet else { return }
        Self.standardError(json ? Self.encode(["note": text()]) : text())
    }

    static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    /// One line in one write, so that lines of several processes on one terminal do not mix.
    static func standardOutput(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }
    static func standardOutput(raw text: String) { write(text, to: STDOUT_FILENO) }
    static func standardError(_ line: String) { write(line + "\n", to: STDERR_FILENO) }
    static func standardError(raw text: String) { write(text, to: STDERR_FILENO) }

    static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var standardInputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR && errno != EAGAIN {
                return
            }
        }
    }
}

#if canImport(Glibc)
    private let systemWrite = Glibc.write
#elseif canImport(Musl)
    private let systemWrite = Musl.write
#else
    private let systemWrite = Darwin.write
#endif
