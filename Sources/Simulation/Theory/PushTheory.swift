extension Theory {
    /// Mean response time of tasks that come as a Poisson process and are given to n nodes in turn.
    ///
    /// For each node, n gaps add up to one: that is E_n/M/1. The root s of `s = (n r / (n r + 1 - s))^n` gives
    /// `1 / (1 - s)`.
    public static func roundRobinResponse(nodes: Int, load: Double) -> Double {
        guard load < 1, load > 0 else { return load > 0 ? .infinity : 1 }
        let rate = Double(nodes) * load
        return 1 / (1 - fixedPoint { Double.pow(rate / (rate + 1 - $0), Double(nodes)) })
    }

    /// The same for infinitely many nodes, D/M/1: the gaps at each node are equal.
    public static func roundRobinLimit(load: Double) -> Double {
        guard load < 1, load > 0 else { return load > 0 ? .infinity : 1 }
        return 1 / (1 - fixedPoint { Double.exp(-(1 - $0) / load) })
    }

    /// The smallest root of s = f(s) in [0, 1) for a function that grows: where the iteration from 0 ends.
    private static func fixedPoint(_ function: (Double) -> Double) -> Double {
        var root = 0.0
        for _ in 0..<1_000_000 {
            let next = function(root)
            if next - root < 1e-15 { return next }
            root = next
        }
        return root
    }

    /// The part of infinitely many nodes with so many tasks or more, if each task goes to the one with fewer tasks of
    /// some drawn at random (the supermarket model: Mitzenmacher; Vvedenskaya, Dobrushin and Karpelevich).
    public static func occupancy(atLeast tasks: Int, choices: Int, load: Double) -> Double {
        Double.pow(load, exponent(tasks, choices))
    }

    /// Mean response time in the supermarket model.
    public static func choicesResponse(choices: Int, load: Double) -> Double {
        guard load < 1 else { return .infinity }
        var sum = 0.0
        for tasks in 1...100_000 {
            let part = Double.pow(load, exponent(tasks, choices) - 1)
            sum += part
            if part < 1e-17 { break }
        }
        return sum
    }

    /// (d^i - 1) / (d - 1), which is i for d = 1.
    private static func exponent(_ tasks: Int, _ choices: Int) -> Double {
        guard choices > 1 else { return Double(tasks) }
        return (Double.pow(Double(choices), Double(tasks)) - 1) / Double(choices - 1)
    }
}
