internal import Subprocess
internal import SystemPackage
internal import Warren

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Any program as the handler: body on its standard input, outcome by its exit status.
struct ProgramHandler: Sendable {
    /// EX_TEMPFAIL of sysexits.h.
    static let tryAgainLater: Int32 = 75

    private let executable: FilePath
    private let command: [String]
    private let queue: String
    private let json: Bool

    /// - Throws: ``CommandFailure`` if there is no such program: better now than at the first task.
    init(command: [String], queue: String, json: Bool) async throws {
        self.command = command
        self.queue = queue
        self.json = json
        guard let name = command.first else { throw CommandFailure.notRun("--exec needs a program") }
        if name.contains("/") {
            executable = FilePath(name)
            guard FileManager.default.fileExists(atPath: name) else {
                throw CommandFailure.notRun("there is no program \(name)")
            }
            guard FileManager.default.isExecutableFile(atPath: name) else {
                throw CommandFailure.notRun("\(name) is not executable. Try chmod +x \(name)")
            }
            return
        }
        do {
            executable = try await Executable.name(name).resolveExecutablePath(in: .inherit)
        } catch {
            throw CommandFailure.notRun("there is no program \(name) in PATH")
        }
    }

    @Sendable func handle(_ delivery: Delivery, _ context: TaskContext) async throws {
        let status = try await run(delivery, context)
        // A program that was told to stop has not failed.
        try Task.checkCancellation()
        switch status {
        case .exited(0): return
        case .exited(Self.tryAgainLater): throw TryAgainLater("\(command[0]) exited with 75")
        case .exited(let code): throw ProgramFailed(description: "\(command[0]) exited with \(code)")
        case .signaled(let signal): throw ProgramFailed(description: "\(command[0]) died of signal \(signal)")
        }
    }

    private func run(_ delivery: Delivery, _ context: TaskContext) async throws -> TerminationStatus {
        var platform = PlatformOptions()
        // Ctrl-C on the terminal is for the worker, which lets its programs finish.
        platform.processGroupID = 0
        platform.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(300))
        ]
        let input = try Self.file(containing: delivery.body)
        return try await Subprocess.run(
            .path(executable), arguments: Arguments(Array(command.dropFirst())),
            environment: environment(context), platformOptions: platform,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            // In JSON every line on standard output is ours.
            output: .fileDescriptor(json ? .standardError : .standardOutput, closeAfterSpawningProcess: false),
            error: .currentStandardError
        ).terminationStatus
    }

    private func environment(_ context: TaskContext) -> Environment {
        .inherit.updating([
            "WARREN_QUEUE": queue,
            "WARREN_MESSAGE_ID": context.messageID,
            "WARREN_REDELIVERED": context.redelivered ? "1" : "0",
        ])
    }

    /// The body as a file without a name. With a pipe, a program that does not read its input would end the write with
    /// an error that says nothing about its exit status.
    private static func file(containing body: MessageBody) throws -> FileDescriptor {
        let path = FilePath(FileManager.default.temporaryDirectory.path(percentEncoded: false))
            .appending("warren-\(UUID().uuidString)")
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        do {
            try FileManager.default.removeItem(atPath: path.string)
            try file.writeAll(body.bytes)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }
}

struct ProgramFailed: Error, CustomStringConvertible {
    var description: String
}
