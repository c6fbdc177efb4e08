/// How many deliveries a worker may hold from each of several brokers.
///
/// A prefetch per broker is either too much, and a worker hoards, or too little, and it idles while one broker has all the
/// work. So each broker keeps a credit of one, to hear of work at all, and the rest moves to where work is. At most
/// `concurrency + brokers - 1` are held: ``slack`` more than can be worked on.
///
/// The plan has no clock and no I/O: it is shown what happened since the last look, and says what is to change.
///
/// - Credit that nobody has goes to those who use all of theirs, to the poorest first.
/// - Credit that was not used in two looks goes back, once another broker could use it.
/// - A rich broker gives to a poor one if both have used all they have for three looks: as much as the poor one has, half the difference at
///   most. So two busy brokers end up alike, and a mistake costs little.
/// - A broker that was given more and did not use it waits twice as long the next time. Only that ends the to and fro with
///   a broker whose few tasks are always just as many as its credit.
package struct CreditPlan: Sendable {
    /// What one broker did since the last look.
    package struct Look: Equatable, Sendable {
        /// Deliveries that may be held at once, and again and again.
        package var active = 1
        /// Deliveries held from credit that was taken back: each frees its credit when it is settled.
        package var fading = 0
        /// The most of ``active`` that were held at once.
        package var peak = 0
        /// Its credit is being changed, and left alone until that is done.
        package var isChanging = false

        package init(active: Int = 1, fading: Int = 0, peak: Int = 0, isChanging: Bool = false) {
            self.active = active
            self.fading = fading
            self.peak = peak
            self.isChanging = isChanging
        }

        /// What it can hold at this moment. One is kept for those that have nothing at all, to begin again with.
        var granted: Int { max(1, active + fading) }
        /// It could have used more.
        var isHungry: Bool { active > 0 && peak >= active && !isChanging }
    }

    private struct Memory {
        /// Looks in a row that it used all it has.
        var hungry = 0
        /// Looks in a row that it did not, and the most that it used in them.
        var unused = 0
        var mostUsed = 0
        /// Looks that it has to be hungry before it is given more.
        var patience = 1
    }

    package let concurrency: Int
    private var memories: [Memory]
    /// Nothing remains to be moved, as long as nothing else happens.
    package private(set) var isSettled = true

    package init(concurrency: Int, brokers: Int) {
        self.concurrency = max(1, concurrency)
        memories = Array(repeating: Memory(), count: max(1, brokers))
    }

    /// Another broker, behind the others.
    package mutating func add() { memories.append(Memory()) }

    /// The broker at that place is left.
    package mutating func remove(at place: Int) {
        if memories.indices.contains(place) { memories.remove(at: place) }
    }

    /// Deliveries beyond the concurrency that may be held.
    package var slack: Int { memories.count - 1 }
    package var limit: Int { concurrency + slack }

    private static let looksUntilUnused = 2
    private static let looksUntilPoor = 3
    private static let longestPatience = 128

    /// - Parameter looks: One for each broker.
    /// - Returns: What ``Look/active`` is to be for each. What is more than now is free now, so it can be given at once;
    ///   what is less is free for others as soon as the looks say so.
    package mutating func rebalance(_ looks: [Look]) -> [Int] {
        var targets = looks.map(\.active)
        guard looks.count == memories.count else { return targets }
        for (index, look) in looks.enumerated() { remember(look, index) }
        let hungry = looks.indices.filter { looks[$0].isHungry }
        guard !hungry.isEmpty else {
            isSettled = true
            return targets
        }
        isSettled = false
        let free = limit - looks.reduce(0) { $0 + $1.granted }
        let isMoreToCome = looks.contains { $0.fading > 0 || $0.isChanging }
        if free > 0 {
            let patient = hungry.filter { memories[$0].hungry >= memories[$0].patience }
            Self.fill(&targets, patient.isEmpty && !isMoreToCome ? hungry : patient, free)
            for (index, look) in looks.enumerated() where targets[index] > look.active {
                // Each growth is another consumer, so it is not done in crumbs.
                if isMoreToCome, targets[index] - look.active < (look.active + 3) / 4 {
                    targets[index] = look.active
                } else {
                    memories[index].hungry = 0
                }
            }
            return targets
        }
        if takeUnused(&targets, looks, for: hungry) { return targets }
        let isWaiting = level(&targets, looks, hungry)
        isSettled = targets == looks.map(\.active) && !isWaiting && !isMoreToCome
        return targets
    }

    private mutating func remember(_ look: Look, _ index: Int) {
        guard !look.isChanging else { return }
        if look.isHungry {
            memories[index].hungry += 1
            memories[index].unused = 0
            memories[index].mostUsed = 0
            // It had to wait for what it has, and uses it.
            if look.active > 1, memories[index].hungry > memories[index].patience { memories[index].patience /= 2 }
            memories[index].patience = max(1, memories[index].patience)
        } else {
            memories[index].hungry = 0
            memories[index].unused += 1
            memories[index].mostUsed = max(memories[index].mostUsed, look.peak)
        }
    }

    /// Raises the lowest, as far as it goes.
    private static func fill(_ targets: inout [Int], _ eligible: [Int], _ free: Int) {
        var free = free
        var rising = eligible.sorted { targets[$0] < targets[$1] }
        // Whoever has more than the level that all could reach gets nothing.
        while let highest = rising.last {
            let level = (free + rising.reduce(0) { $0 + targets[$1] }) / rising.count
            if targets[highest] <= level { break }
            rising.removeLast()
        }
        guard !rising.isEmpty else { return }
        let total = free + rising.reduce(0) { $0 + targets[$1] }
        let level = total / rising.count
        for index in rising {
            let more = min(free, level - targets[index])
            targets[index] += more
            free -= more
        }
        for index in rising where free > 0 {
            targets[index] += 1
            free -= 1
        }
    }

    /// - Returns: Whether somebody has something that is not used; it may be too early to take it.
    private mutating func takeUnused(_ targets: inout [Int], _ looks: [Look], for hungry: [Int]) -> Bool {
        var isUnused = false
        for (index, look) in looks.enumerated() where !look.isHungry && !look.isChanging {
            let used = max(1, memories[index].mostUsed)
            guard look.active > used else { continue }
            isUnused = true
            guard memories[index].unused >= Self.looksUntilUnused else { continue }
            targets[index] = used
            // One that had nothing at all to do is welcome at once when it has work again.
            let isIdle = memories[index].mostUsed == 0
            memories[index].patience =
                isIdle ? 1 : min(Self.longestPatience, max(Self.looksUntilUnused, memories[index].patience) * 2)
            memories[index].unused = 0
            memories[index].mostUsed = 0
        }
        return isUnused
    }

    /// - Returns: Whether somebody poor has not been hungry for long enough.
    private func level(_ targets: inout [Int], _ looks: [Look], _ hungry: [Int]) -> Bool {
        let byWealth: (Int, Int) -> Bool = { looks[$0].active < looks[$1].active }
        guard let rich = hungry.max(by: byWealth), let poorest = hungry.min(by: byWealth),
            looks[rich].active - looks[poorest].active >= 2
        else { return false }
        let eligible = hungry.filter { memories[$0].hungry >= max(Self.looksUntilPoor, memories[$0].patience) }
        guard let poor = eligible.min(by: byWealth), looks[rich].active - looks[poor].active >= 2,
            // What is on its way from somebody rich comes first.
            !looks.contains(where: { $0.fading > 0 || $0.isChanging })
        else { return true }
        targets[rich] -= min(looks[poor].active, (looks[rich].active - looks[poor].active) / 2)
        return true
    }
}
