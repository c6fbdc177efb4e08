#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The functions of the C library that the simulator needs, imported once.
extension Double {
    static func exp(_ x: Double) -> Double { _exp(x) }
    static func log(_ x: Double) -> Double { _log(x) }
    static func pow(_ x: Double, _ y: Double) -> Double { _pow(x, y) }
    static func cos(_ x: Double) -> Double { _cos(x) }
    static func erfc(_ x: Double) -> Double { _erfc(x) }
}

// The plain names mean the static ones inside the extension.
private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
private func _pow(_ x: Double, _ y: Double) -> Double { pow(x, y) }
private func _cos(_ x: Double) -> Double { cos(x) }
private func _erfc(_ x: Double) -> Double { erfc(x) }
