internal import LoadBalancing

extension Generator {
    /// Exponential with mean 1.
    mutating func exponential() -> Double {
        -Double.log(1 - unit())
    }

    /// Normal with mean 0 and standard deviation 1, by Box and Muller.
    mutating func normal() -> Double {
        let radius = (-2 * Double.log(1 - unit())).squareRoot()
        return radius * Double.cos(2 * Double.pi * unit())
    }
}
