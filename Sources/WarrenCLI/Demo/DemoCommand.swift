internal import AMQPClient
internal import ArgumentParser
internal import LoadBalancing
internal import LocalBroker
internal import Simulation

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The whole story in half a minute, on a private broker.",
        discussion: """
            Starts a private RabbitMQ, publishes tasks of mixed length, lets three worker processes share them, kills \
            one in the middle of a task, and shows that another one does that task again.
            """
    )

    @Option(name: .long, help: ArgumentHelp("How long a dot takes.", valueName: "duration"))
    var dot = DurationArgument(.milliseconds(300))

    @OptionGroup(title: "Output") var output: OutputOptions

    /// Dots of each task. Every third one is long: dealt out in turn, one worker would get all of those.
    static let dots = [6, 1, 1, 6, 1, 2, 6, 0, 1, 6, 1, 1, 6, 2, 1, 6, 1, 0]
    static let queue = "task_queue"
    static let workers = 3

    mutating func run() async throws {
        let console = Console(output)
        let dot = dot
        console.note("Starting a private RabbitMQ (about 10 seconds) …")
        do {
            let story = try await LocalBroker.run { broker in
                console.note("RabbitMQ runs at \(broker.url)\n")
                return try await Self.play(on: broker.url, dot: dot, console: console)
            }
            console.result(story, text: story.text)
            guard story.isHappy else { throw CommandFailure.failed("the demo did not end as it should") }
        } catch let error as LocalBrokerError {
            throw CommandFailure.notRun(error.description)
        } catch let error as AMQPError {
            throw CommandFailure(error)
        }
    }

    private static func play(on url: String, dot: DurationArgument, console: Console) async throws -> DemoStory {
        let connection = try await AMQPConnection.connect(to: url)
        let channel = try await connection.openChannel()
        try await channel.declareQueue(queue)
        let publisher = try await connection.makePublisher()

        let stage = DemoStage(console: console, total: dots.count)
        try await withThrowingTaskGroup { group in
            for number in 1...workers {
                let worker = DemoWorker(number: number, url: url, queue: queue, dot: dot, stage: stage)
                group.addTask { try await worker.run() }
            }
            try await stage.allReady()
            console.note("\(workers) workers wait, each with a prefetch of 1. Publishing \(dots.count) tasks:")
            for (index, count) in dots.enumerated() {
                let body = "task \(index + 1) " + String(repeating: ".", count: count)
                guard try await publisher.publish(MessageBody(body), routingKey: queue).isConfirmed else {
                    throw CommandFailure.failed("the broker did not take a task")
                }
            }
            console.note("the broker has confirmed every one.\n")
            try await stage.allDone()
            await stage.dismiss()
            try await group.waitForAll()
        }
        await connection.close()
        let durations = dots.map { Double($0) * dot.duration.seconds }
        return await stage.story(
            ideal: Makespan.pull(durations, workers: workers),
            roundRobin: Makespan.push(durations, workers: workers, strategy: RoundRobin()))
    }
}
