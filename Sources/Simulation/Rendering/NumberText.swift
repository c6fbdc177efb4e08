/// Numbers as people read them.
enum NumberText {
    /// With so many digits after the point.
    static func fixed(_ value: Double, digits: Int) -> String {
        let digits = min(max(digits, 0), 9)
        let scale = Double.pow(10, Double(digits))
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 0x1p53 else { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(Int(scaled)) }
        let text = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    /// With three or four digits in all, and all of those before the point.
    static func short(_ value: Double) -> String {
        switch abs(value) {
        case 100...: fixed(value, digits: 0)
        case 10...: fixed(value, digits: 1)
        case 0.1...: fixed(value, digits: 2)
        case 0: "0"
        default: fixed(value, digits: 4)
        }
    }

    static func percent(_ value: Double) -> String { fixed(value * 100, digits: 2) + " %" }

    static func seconds(_ value: Double) -> String {
        switch abs(value) {
        case 1...: short(value) + " s"
        case 0.001...: short(value * 1e3) + " ms"
        case 0: "0 s"
        default: short(value * 1e6) + " us"
        }
    }
}

extension Scenario {
    /// A time of this scenario.
    func text(_ time: Double) -> String {
        unit == .seconds ? NumberText.seconds(time) : NumberText.short(time)
    }

    /// Round times, as at an axis: `2 s`, not `2.00 s`.
    func tickText(_ time: Double) -> String {
        let text = text(time)
        let number = text.prefix { $0 != " " }
        guard number.contains(".") else { return text }
        let zeros = number.reversed().prefix { $0 == "0" }.count
        let short = number.dropLast(zeros)
        return String(short.last == "." ? short.dropLast() : short) + String(text.dropFirst(number.count))
    }

    func text(_ time: Estimate) -> String {
        guard let margin = time.margin else { return text(time.mean) }
        return "\(text(time.mean)) ± \(text(margin))"
    }
}
