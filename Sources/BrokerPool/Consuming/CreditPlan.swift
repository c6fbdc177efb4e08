/// How many deliveries a worker may hold from each of several brokers.
///
/// A prefetch per broker is either too much, and a worker hoards, or too little, and it idles while one broker has all the
/// work. So each broker keeps a credit of one, to hear of work at all, and the rest moves to where work is. At most
/// `concurrency + brokers - 1` are held: ``slack`` more than can be worked on.
struct CreditPlan {
    let concurrency: Int
    /// How many deliveries each broker has out here, and how many it may.
    struct Account: Equatable {
        var granted = 1
        var held = 0
        /// It had no more to give, the last time that somebody looked.
        var isEmpty: Bool { held < granted }
    }

    private(set) var accounts: [Account]

    init(concurrency: Int, brokers: Int) {
        self.concurrency = max(1, concurrency)
        accounts = Array(repeating: Account(), count: max(1, brokers))
        // Nobody knows yet where the work is.
        var spare = self.concurrency - 1
        for index in accounts.indices {
            let share = spare / (accounts.count - index)
            accounts[index].granted += share
            spare -= share
        }
    }

    /// Deliveries beyond the concurrency that may be held.
    var slack: Int { accounts.count - 1 }
    var limit: Int { concurrency + slack }

    /// Moves credit from brokers that do not use theirs to those that use all of it.
    ///
    /// - Parameter held: Deliveries that each broker has out here now.
    /// - Returns: The new grants. A grant is never below what is held, so that the sum of grants bounds what is held.
    mutating func rebalance(held: [Int]) -> [Int] {
        for index in accounts.indices { accounts[index].held = index < held.count ? max(0, held[index]) : 0 }
        let hungry = accounts.indices.filter { !accounts[$0].isEmpty }
        if !hungry.isEmpty, hungry.count < accounts.count {
            var spare = limit - accounts.reduce(0) { $0 + $1.granted }
            for index in accounts.indices where accounts[index].isEmpty {
                let kept = max(1, accounts[index].held)
                spare += accounts[index].granted - kept
                accounts[index].granted = kept
            }
            for (place, index) in hungry.enumerated() {
                let share = spare / (hungry.count - place)
                accounts[index].granted += share
                spare -= share
            }
        }
        return accounts.map(\.granted)
    }
}
