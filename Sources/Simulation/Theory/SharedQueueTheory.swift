/// Formulas for queues, to hold simulations against. Times are in units of the mean service time, unless said otherwise.
public enum Theory {}

extension Theory {
    /// Erlang's C: how likely a task has to wait in a queue M/M/c.
    ///
    /// - Parameter load: Per server, below 1.
    public static func waitingProbability(servers: Int, load: Double) -> Double {
        let offered = Double(servers) * load
        // Erlang's B, server by server, which stays between 0 and 1.
        var blocking = 1.0
        for server in 1...max(1, servers) {
            blocking = offered * blocking / (Double(server) + offered * blocking)
        }
        return blocking / (1 - load * (1 - blocking))
    }

    /// Mean response time of M/M/c: one queue, and whoever is free takes the next task. With equal nodes, nothing that
    /// does not know how long tasks take is better.
    ///
    /// - Returns: Infinity from a load of 1 on.
    public static func sharedQueueResponse(servers: Int, load: Double) -> Double {
        guard load < 1 else { return .infinity }
        return 1 + waitingProbability(servers: servers, load: load) / (Double(servers) * (1 - load))
    }

    /// Mean time that tasks wait in a queue M/G/1 (Pollaczek and Khinchine).
    ///
    /// - Parameter variation: Standard deviation of the service time / its mean.
    public static func singleServerWait(load: Double, variation: Double) -> Double {
        guard load < 1 else { return .infinity }
        return load * (1 + variation * variation) / (2 * (1 - load))
    }

    /// The response time of M/M/1 that a part of the tasks does not exceed, which is exponential. Tasks that are given
    /// to n nodes at random meet n such queues.
    public static func singleServerQuantile(_ fraction: Double, load: Double) -> Double {
        guard load < 1 else { return .infinity }
        return -Double.log(1 - fraction) / (1 - load)
    }
}
