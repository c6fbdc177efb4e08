internal import LoadBalancing

extension Generator {
    /// Normal with mean 0 and standard deviation 1, by Box and Muller.
    mutating func normal() -> Double {
        let radius = (-2 * Double.log(1 - unit())).squareRoot()
        return radius * Double.cos(2 * Double.pi * unit())
    }
}
