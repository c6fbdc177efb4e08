/// How the demo ended.
struct DemoStory: Encodable, Sendable {
    var tasks: Int
    var done: Int
    var doneMoreThanOnce: Int
    var redelivered: Int
    var killedWorker: Int?
    var doneByWorker: [Int]
    /// From the first task taken to the last one done, with one worker killed on the way.
    var seconds: Double
    /// Computed: the same tasks, pulled from one queue, nobody killed.
    var sharedQueueSeconds: Double
    /// Computed: the same tasks, dealt out in turn, nobody killed.
    var roundRobinSeconds: Double

    var isHappy: Bool { done == tasks && redelivered == 1 && doneMoreThanOnce == 0 && killedWorker != nil }

    var text: String {
        func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10) s" }
        let shares = doneByWorker.enumerated().map { "worker \($0 + 1): \($1)" }.joined(separator: ", ")
        return """

            \(done) of \(tasks) tasks done, none lost\(doneMoreThanOnce == 0 ? ", none done twice" : "").
            \(redelivered) redelivered, because worker \(killedWorker.map(String.init) ?? "?") was killed with it in hand.
            Done by \(shares).
            It took \(rounded(seconds)), a third of the workers lost on the way. Without the kill one shared queue needs \
            \(rounded(sharedQueueSeconds));
            dealing the same tasks out in turn (round robin) would have needed \(rounded(roundRobinSeconds)): one \
            worker would have got all the long ones.
            """
    }
}
